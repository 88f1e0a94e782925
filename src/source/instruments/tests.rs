use super::*;
use crate::source::spec::ReadOutcome;
use crate::table::row_window;

fn read(text: &str) -> ReadOutcome {
    crate::source::read("file.txt", text.as_bytes(), &ReaderSpec::default(), &mut |_| {}).unwrap()
}

fn shown(part: &ReadTable) -> Vec<String> {
    let window = row_window(&part.table, 0, 100);
    let head: Vec<String> = part
        .table
        .columns()
        .iter()
        .map(|c| c.unit.as_ref().map_or(c.name.clone(), |unit| format!("{} [{unit}]", c.name)))
        .collect();
    let mut out = vec![head.join("|")];
    for row in 0..part.table.n_rows() as usize {
        let cells: Vec<&str> = window.cells.iter().map(|c| c[row].as_deref().unwrap_or("·")).collect();
        out.push(cells.join("|"));
    }
    out
}

fn parts(outcome: &ReadOutcome) -> Vec<&str> {
    outcome.parts.iter().map(|p| p.part.as_str()).collect()
}

#[test]
fn modules_of_fastqc_are_tables() {
    let outcome = read(
        "##FastQC\t0.10.1\n>>Basic Statistics\tpass\n#Measure\tValue\t\nFilename\ta.fq\t\n>>END_MODULE\n\
         >>Sequence Duplication Levels\twarn\n#Total Duplicate Percentage\t12.5\n#Duplication Level\tRelative count\n\
         1\t100.0\n10++\t2.5\n>>END_MODULE\n>>Overrepresented sequences\tpass\n>>END_MODULE\n",
    );
    assert_eq!(parts(&outcome), ["Summary", "Basic Statistics", "Sequence Duplication Levels"]);
    let [summary, basic, levels] = outcome.parts.as_slice() else { panic!() };
    assert_eq!(shown(summary)[3], "Overrepresented sequences|pass");
    assert_eq!(shown(basic), ["Measure|Value", "Filename|a.fq", "Total Duplicate Percentage|12.5"]);
    assert_eq!(shown(levels), ["Duplication Level|Relative count", "1|100.0", "10++|2.5"]);
    assert_eq!(outcome.notices.0[0].text, "Read as a FastQC report (version 0.10.1): 3 tables");
}

#[test]
fn sections_of_samtools_stats_are_tables() {
    let outcome = read(
        "# This file was produced by samtools stats (1.19+htslib-1.19) and can be plotted using plot-bamstats\n\
         CHK\t1e5\t22\t33\nSN\traw total sequences:\t400\t# excluding some\nSN\terror rate:\t1.5e-02\n\
         # First Fragment Qualities. Use `grep ^FFQ | cut -f 2-` to extract this part.\nFFQ\t1\t0\t3\nFFQ\t2\t1\t2\n\
         # New thing. Use `grep ^NEW | cut -f 2-` to extract this part.\nNEW\t1\t2\nCOV\t[1-1]\t1\t402\nfoo\n",
    );
    let wanted = ["Checksums", "Summary numbers", "First fragment qualities", "New thing", "Coverage"];
    assert_eq!(parts(&outcome), wanted);
    assert_eq!(shown(&outcome.parts[0])[1], "1e5|22|33");
    assert_eq!(
        shown(&outcome.parts[1]),
        ["measure|value|note", "raw total sequences|400.0|excluding some", "error rate|0.015|·"]
    );
    assert_eq!(shown(&outcome.parts[2]), ["cycle|Q0|Q1", "1|0|3", "2|1|2"]);
    assert_eq!(shown(&outcome.parts[3])[0], "column_1|column_2");
    assert_eq!(outcome.parts[4].ledger.n_set_aside, 1);
}

#[test]
fn tables_of_picard_end_with_a_blank_line() {
    let outcome = read(
        "## htsjdk.samtools.metrics.StringHeader\n# picard.sam.MarkDuplicates INPUT=a\n\n## METRICS CLASS\tpicard.sam.A$B\n\
         NAME\tMEAN_INSERT_SIZE\nx\t221.5\n\n## METRICS CLASS\tpicard.sam.A$B\nNAME\tPCT\nx\t?\n\n\
         ## HISTOGRAM\tjava.lang.Integer\nsize\tn\n1\t252\n\n",
    );
    assert_eq!(parts(&outcome), ["B", "B 2", "Histogram"]);
    assert_eq!(shown(&outcome.parts[0]), ["NAME|MEAN_INSERT_SIZE [bp]", "x|221.5"]);
    assert_eq!(outcome.notices.0[0].text, "Read as a metrics file of Picard (MarkDuplicates): 3 tables");
    assert_eq!(outcome.parts.iter().map(|p| p.ledger.n_rows_in_file).sum::<u64>(), 15);
}

#[test]
fn sample_sheets_of_both_versions() {
    let outcome =
        read("[Header];;\nDate;2026-01-02;\n[Reads];;\n151;;\n76;;\n;;\n[Data];;\nSample_ID;index;\n001;ACGT;\n");
    assert_eq!(parts(&outcome), ["Settings", "Data"]);
    assert_eq!(
        shown(&outcome.parts[0]),
        ["section|name|value", "Header|Date|2026-01-02", "Reads|Read 1|151", "Reads|Read 2|76"]
    );
    assert_eq!(shown(&outcome.parts[1]), ["Sample_ID|index", "001|ACGT"]);
    assert_eq!(outcome.parts[1].reading.delimiter, Some(';'));
}

#[test]
fn what_only_begins_like_a_report_is_plain_text() {
    for text in ["##FastQC\t0.1\na,b\n1,2\n", "# a comment\nx\ty\n1\t2\n", "Sample\tvalue\na\t1\n", "[Data]\n1\n"] {
        let outcome = crate::source::read("file.txt", text.as_bytes(), &ReaderSpec::default(), &mut |_| {});
        let is_report = outcome.is_ok_and(|o| o.notices.iter().any(|n| n.code == "recognised"));
        assert!(!is_report, "{text}");
    }
}

#[test]
fn the_general_statistics_of_multiqc_are_known() {
    assert!(is_multiqc_table("Sample\tfastqc-percent_gc\tsamtools_stats-error_rate\n"));
    assert!(is_multiqc_table("Sample\tFastQC_mqc-generalstats-fastqc-percent_gc\n"));
    assert!(!is_multiqc_table("Sample\tT-helper\n"));
    assert!(!is_multiqc_table("Sample\tvalue\n"));
}
