"""Writes the files of this folder that are made by programs. See README.md.

Needs: openpyxl 3.1, XlsxWriter 3.2, xlwt 1.3, odfpy 1.4, msoffcrypto-tool 6.
"""

import datetime as dt
import io
import zipfile
from pathlib import Path

HERE = Path(__file__).parent


def stored(data):
    """The same archive without compression, so that a changed byte reaches the XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for info in old.infolist():
            if info.filename.startswith(("xl/theme", "docProps", "Pictures")):
                continue
            new.writestr(zipfile.ZipInfo(info.filename), old.read(info))
    return out.getvalue()


def openpyxl_book():
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Plan"
    sheet["A1"] = "Plan of the year"
    sheet.merge_cells("A1:E1")
    for row in (["Region", "Q1", None, "Q2", None], [None, "Jan", "Feb", "Apr", "May"]):
        sheet.append(row)
    for area in ("A2:A3", "B2:C2", "D2:E2"):
        sheet.merge_cells(area)
    sheet.append(["north", 1, 2.5, 3, 4])
    sheet.append(["south", 5, 6.5, "=B5+C5", 8])
    sheet.append(["west", 9, 10.5, 11, 12])
    sheet.row_dimensions[6].hidden = True
    sheet["A8"] = "* provisional"
    other = book.create_sheet("Two tables")
    for row, line in enumerate([["Plate 1"], ["well", "od"], ["A1", 0.5], ["A2", 0.625], [], ["Plate 2"], ["well", "od"], ["A1", 0.75]], 1):
        for column, value in enumerate(line, 1):
            other.cell(row, column, value)
    hidden = book.create_sheet("Codes")
    hidden.sheet_state = "hidden"
    hidden.append(["code", "share", "day"])
    for code, share, day in [(42, 0.125, 1), (7, 0.07, 2)]:
        hidden.append([code, share, dt.date(2026, 11, day)])
        hidden.cell(hidden.max_row, 1).number_format = "00000"
        hidden.cell(hidden.max_row, 2).number_format = "0.0%"
    book.create_sheet("Nothing")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsxwriter_1904():
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"date_1904": True, "in_memory": True})
    sheet = book.add_worksheet("Visits")
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    clock = book.add_format({"num_format": "[h]:mm"})
    sheet.write_row(0, 0, ["day", "took", "ratio", "ok"])
    for i in range(3):
        sheet.write_datetime(1 + i, 0, dt.datetime(2026, 2, 27 + i % 2, 0, 0), day)
        sheet.write_number(1 + i, 1, 1.25 + i, clock)
        sheet.write_formula(1 + i, 2, f"=1/{i}", None, "#DIV/0!" if i == 0 else 1 / i)
        sheet.write_boolean(1 + i, 3, i == 1)
    book.close()
    return out.getvalue()


def xlwt_book():
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Größen")
    sheet.write_merge(0, 0, 0, 4, "Measured by hand")
    for column, name in enumerate(["zip", "share", "when", "ok", "note"]):
        sheet.write(2, column, name)
    formats = ["00000", "0.0%", "yyyy-mm-dd hh:mm"]
    for i in range(4):
        values = [1067 * (i + 1), 0.125 * i, dt.datetime(2026, 11, 12 + i, 6 * i, 0)]
        for column, (value, code) in enumerate(zip(values, formats)):
            sheet.write(3 + i, column, value, xlwt.easyxf(num_format_str=code))
        sheet.write(3 + i, 3, i % 2 == 0)
    sheet.write(3, 4, "naïve ≠ "[:7])
    sheet.write(4, 4, "日本")
    sheet.write(5, 4, xlwt.Formula('"a" & "b"'))
    sheet.row(6).hidden = True
    two = book.add_sheet("Two")
    two.write(0, 0, "k")
    two.write(1, 0, -1.5)
    two.visibility = 1
    book.add_sheet("Empty")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def odfpy_book():
    from odf import dc, office
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.style import Style, TableProperties
    from odf.table import CoveredTableCell, Table, TableCell, TableColumn, TableRow
    from odf.text import P, S

    doc = OpenDocumentSpreadsheet()
    style = Style(name="ta2", family="table")
    style.addElement(TableProperties(display="false"))
    doc.automaticstyles.addElement(style)

    def cell(row, text=None, **attributes):
        made = TableCell(**attributes)
        for line in (text or "").split("\n") if text else []:
            made.addElement(P(text=line))
        row.addElement(made)
        return made

    table = Table(name="Werte & mehr")
    table.addElement(TableColumn(numbercolumnsrepeated=1024))
    head = TableRow()
    cell(head, "Ort", numberrowsspanned=2)
    cell(head, "2026", numbercolumnsspanned=2)
    head.addElement(CoveredTableCell())
    cell(head, "n", numberrowsspanned=2)
    table.addElement(head)
    head = TableRow()
    head.addElement(CoveredTableCell())
    cell(head, "Anteil")
    cell(head, "Tag")
    head.addElement(CoveredTableCell())
    table.addElement(head)
    for i, (place, share, day) in enumerate([("Bonn", 0.25, "2026-01-05"), ("Köln", 0.5, "2026-01-06"), ("Ulm", 1, "2026-01-07T08:30:00")]):
        row = TableRow(visibility="collapse") if i == 2 else TableRow()
        made = cell(row, place, valuetype="string")
        if i == 0:
            note = office.Annotation()
            note.addElement(dc.Creator(text="someone"))
            note.addElement(P(text="a remark"))
            made.addElement(note)
        cell(row, f"{share:.0%}", valuetype="percentage", value=share)
        cell(row, day, valuetype="date", datevalue=day)
        cell(row, f"{i:03}", valuetype="float", value=i)
        table.addElement(row)
    row = TableRow(numberrowsrepeated=1048000)
    cell(row, numbercolumnsrepeated=1024)
    table.addElement(row)
    doc.spreadsheet.addElement(table)

    table = Table(name="Rest", stylename=style)
    row = TableRow()
    for name in ["took", "price", "ok", "bad", "same"]:
        cell(row, name)
    table.addElement(row)
    row = TableRow(numberrowsrepeated=3)
    cell(row, "26:05", valuetype="time", timevalue="PT26H05M00S")
    cell(row, "3,50 €", valuetype="currency", currency="EUR", value=3.5)
    cell(row, "WAHR", valuetype="boolean", booleanvalue="true")
    cell(row, "#DIV/0!", formula="of:=1/0", valuetype="string", stringvalue="")
    made = cell(row, None, valuetype="string", numbercolumnsrepeated=2)
    spaced = P(text="a")
    spaced.addElement(S(c=2))
    spaced.addText("b")
    made.addElement(spaced)
    made.addElement(P(text="line two"))
    table.addElement(row)
    doc.spreadsheet.addElement(table)
    out = io.BytesIO()
    doc.write(out)
    return out.getvalue()


def encrypted(data):
    import msoffcrypto

    out = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(data)).encrypt("secret", out)
    return out.getvalue()


def write(name, data):
    (HERE / name).write_bytes(data)
    print(name, len(data))


if __name__ == "__main__":
    write("openpyxl.xlsx", openpyxl_book())
    write("xlsxwriter-1904.xlsx", xlsxwriter_1904())
    write("xlwt.xls", xlwt_book())
    write("odfpy.ods", odfpy_book())
    write("encrypted.xlsx", encrypted(xlsxwriter_1904()))
    write("stored.xlsx", stored(openpyxl_book()))
    write("stored.ods", stored(odfpy_book()))
    write("stored.xlsb", stored((HERE / "excel.xlsb").read_bytes()))
