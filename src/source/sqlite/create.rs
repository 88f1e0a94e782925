//! What a `CREATE` statement says of a table, as far as it is needed to read its rows and to know its
//! keys (sqlite.org/lang_createtable.html).

use super::tokens::{Token, tokens};
use std::collections::{BTreeMap, BTreeSet};

/// Columns of a key; SQLite's own limit on those of an index is the same.
const MAX_KEY_COLUMNS: usize = 2_000;

/// Columns of a table, as SQLite has it (`SQLITE_MAX_COLUMN`).
const MAX_COLUMNS: usize = 32_767;

/// A value written in the statement.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
    /// Made when a row is added, such as the current time.
    Computed,
}

/// What SQLite tries to turn values of a column into (sqlite.org/datatype3.html, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ColumnDef {
    pub name: String,
    /// As written, `VARCHAR(20)`; empty where there is none.
    pub declared: String,
    pub default: Literal,
    /// Computed when it is read, so that it is nowhere in the file.
    pub is_virtual: bool,
}

impl ColumnDef {
    pub fn affinity(&self) -> Affinity {
        let declared = self.declared.to_ascii_uppercase();
        let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
        if has(&["INT"]) {
            Affinity::Integer
        } else if has(&["CHAR", "CLOB", "TEXT"]) {
            Affinity::Text
        } else if declared.is_empty() || has(&["BLOB"]) || declared == "ANY" {
            Affinity::Blob
        } else if has(&["REAL", "FLOA", "DOUB"]) {
            Affinity::Real
        } else {
            Affinity::Numeric
        }
    }
}

/// `columns` refer to `their_columns` of another table; none of theirs means its primary key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub columns: Vec<String>,
    pub table: String,
    pub their_columns: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TableDef {
    pub columns: Vec<ColumnDef>,
    pub primary: Vec<String>,
    pub unique: Vec<Vec<String>>,
    pub references: Vec<Reference>,
    /// The place of the column that is the rowid itself and is not stored in the row.
    pub rowid_column: Option<usize>,
    pub is_without_rowid: bool,
}

impl TableDef {
    /// The place of each column by its name in small letters, as names may be written in any case.
    pub fn places(&self) -> BTreeMap<String, usize> {
        self.columns.iter().enumerate().map(|(place, c)| (c.name.to_ascii_lowercase(), place)).collect()
    }

    /// The places of the columns in the order in which rows are stored.
    pub fn stored(&self) -> Vec<usize> {
        let is_stored = |place: &usize| self.columns.get(*place).is_some_and(|c| !c.is_virtual);
        let all = (0..self.columns.len()).filter(is_stored);
        if !self.is_without_rowid {
            return all.collect();
        }
        let mut order: Vec<usize> = Vec::with_capacity(self.columns.len());
        let mut is_in = vec![false; self.columns.len()];
        let places = self.places();
        let of_key = self.primary.iter().filter_map(|name| places.get(&name.to_ascii_lowercase()).copied());
        for place in of_key.chain(all) {
            if let Some(known) = is_in.get_mut(place)
                && !std::mem::replace(known, true)
            {
                order.push(place);
            }
        }
        order
    }
}

/// Reads `CREATE TABLE …`; `None` when it is not one.
pub(super) fn table(sql: &str) -> Option<TableDef> {
    let tokens = tokens(sql);
    let mut words = Words { tokens: &tokens, at: 0 };
    words.expect("CREATE")?;
    let _ = words.eat("TEMP") || words.eat("TEMPORARY");
    words.expect("TABLE")?;
    words.table_name()?;
    words.eat_sign('(').then_some(())?;
    let mut def = TableDef::default();
    // A `PRIMARY KEY` that a column of the plain type INTEGER has makes it the rowid.
    let mut may_be_rowid = true;
    loop {
        if words.is_constraint() {
            words.table_constraint(&mut def)?;
        } else {
            words.column(&mut def, &mut may_be_rowid)?;
        }
        if words.eat_sign(')') {
            break;
        }
        // Constraints of the table may follow each other without a comma.
        if !words.eat_sign(',') && !words.is_constraint() {
            return None;
        }
    }
    while !words.is_at_end() {
        if words.eat("WITHOUT") && words.eat("ROWID") {
            def.is_without_rowid = true;
        } else {
            words.next();
        }
    }
    if !def.is_without_rowid
        && may_be_rowid
        && let [only] = def.primary.as_slice()
    {
        let is_integer = |c: &ColumnDef| c.declared.eq_ignore_ascii_case("INTEGER");
        let place = def.columns.iter().position(|c| c.name.eq_ignore_ascii_case(only));
        def.rowid_column = place.filter(|place| def.columns.get(*place).is_some_and(is_integer));
    }
    (!def.columns.is_empty()).then_some(def)
}

/// The columns of `CREATE UNIQUE INDEX …` when each of their values is in the table once: not those of
/// an index over expressions or some of the rows.
pub(super) fn unique_index(sql: &str) -> Option<Vec<String>> {
    let tokens = tokens(sql);
    let mut words = Words { tokens: &tokens, at: 0 };
    words.expect("CREATE")?;
    words.expect("UNIQUE")?;
    words.expect("INDEX")?;
    words.table_name()?;
    words.expect("ON")?;
    words.name()?;
    let columns = words.indexed_columns()?;
    words.is_at_end().then_some(columns)
}

/// The module of `CREATE VIRTUAL TABLE name USING module`, in small letters.
pub(super) fn virtual_module(sql: &str) -> Option<String> {
    let tokens = tokens(sql);
    let mut words = Words { tokens: &tokens, at: 0 };
    words.expect("CREATE")?;
    words.expect("VIRTUAL")?;
    words.expect("TABLE")?;
    words.table_name()?;
    words.expect("USING")?;
    words.name().map(|name| name.to_ascii_lowercase())
}

const TABLE_CONSTRAINTS: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

const COLUMN_CONSTRAINTS: [&str; 11] =
    ["CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"];

struct Words<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl<'t> Words<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'t Token> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    fn is_at_end(&self) -> bool {
        matches!(self.peek(), None | Some(Token::Sign(';')))
    }

    fn is_one_of(&self, keywords: &[&str]) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if keywords.iter().any(|k| k.eq_ignore_ascii_case(word)))
    }

    fn eat(&mut self, keyword: &str) -> bool {
        let found = self.is_one_of(&[keyword]);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, keyword: &str) -> Option<()> {
        self.eat(keyword).then_some(())
    }

    fn is_sign(&self, sign: char) -> bool {
        matches!(self.peek(), Some(Token::Sign(c)) if *c == sign)
    }

    fn eat_sign(&mut self, sign: char) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    fn name(&mut self) -> Option<String> {
        match self.next()? {
            Token::Word(name) | Token::Quoted(name) | Token::Text(name) => Some(name.clone()),
            _ => None,
        }
    }

    /// `IF NOT EXISTS main.name`
    fn table_name(&mut self) -> Option<String> {
        if self.eat("IF") {
            self.expect("NOT")?;
            self.expect("EXISTS")?;
        }
        let name = self.name()?;
        if self.eat_sign('.') { self.name() } else { Some(name) }
    }

    /// Goes past a bracket and all that is in it.
    fn skip_brackets(&mut self) -> Option<()> {
        self.eat_sign('(').then_some(())?;
        let mut n_open = 1usize;
        while n_open > 0 {
            match self.next()? {
                Token::Sign('(') => n_open += 1,
                Token::Sign(')') => n_open -= 1,
                _ => {}
            }
        }
        Some(())
    }

    fn is_constraint(&self) -> bool {
        self.is_one_of(&TABLE_CONSTRAINTS)
    }

    /// `(a, b COLLATE NOCASE DESC)`; `None` when there is more than names in it.
    fn indexed_columns(&mut self) -> Option<Vec<String>> {
        self.eat_sign('(').then_some(())?;
        let mut names = Vec::new();
        loop {
            names.push(self.name().filter(|_| names.len() < MAX_KEY_COLUMNS)?);
            if self.eat("COLLATE") {
                self.name()?;
            }
            let _ = self.eat("ASC") || self.eat("DESC");
            self.eat("AUTOINCREMENT");
            if self.eat_sign(')') {
                return Some(names);
            }
            self.eat_sign(',').then_some(())?;
        }
    }

    fn skip_conflict(&mut self) -> Option<()> {
        if self.eat("ON") {
            self.expect("CONFLICT")?;
            self.next()?;
        }
        Some(())
    }

    fn table_constraint(&mut self, def: &mut TableDef) -> Option<()> {
        if self.eat("CONSTRAINT") {
            self.name()?;
            // A name with nothing behind it is allowed.
            if !self.is_constraint() {
                return Some(());
            }
        }
        if self.eat("PRIMARY") {
            self.expect("KEY")?;
            // A column may be named twice.
            let mut named = BTreeSet::new();
            def.primary = self.indexed_columns()?;
            def.primary.retain(|name| named.insert(name.to_ascii_lowercase()));
            self.skip_conflict()
        } else if self.eat("UNIQUE") {
            def.unique.push(self.indexed_columns()?);
            self.skip_conflict()
        } else if self.eat("CHECK") {
            self.skip_brackets()?;
            self.skip_conflict()
        } else if self.eat("FOREIGN") {
            self.expect("KEY")?;
            let columns = self.indexed_columns()?;
            self.reference(def, columns)
        } else {
            None
        }
    }

    /// `REFERENCES other (a, b) ON DELETE CASCADE DEFERRABLE …`
    fn reference(&mut self, def: &mut TableDef, columns: Vec<String>) -> Option<()> {
        self.expect("REFERENCES")?;
        let table = self.name()?;
        let their_columns = if self.is_sign('(') { self.indexed_columns()? } else { Vec::new() };
        def.references.push(Reference { columns, table, their_columns });
        loop {
            if self.eat("ON") {
                // DELETE or UPDATE, and what then: one word, or two.
                self.next()?;
                let _ = self.eat("SET") || self.eat("NO");
                self.next()?;
            } else if self.eat("MATCH") {
                self.next()?;
            } else if self.eat("DEFERRABLE") {
                if self.eat("INITIALLY") {
                    self.next()?;
                }
            } else if self.is_one_of(&["NOT"])
                && matches!(self.tokens.get(self.at + 1), Some(Token::Word(w)) if w.eq_ignore_ascii_case("DEFERRABLE"))
            {
                self.next()?;
            } else {
                return Some(());
            }
        }
    }

    fn column(&mut self, def: &mut TableDef, may_be_rowid: &mut bool) -> Option<()> {
        let name = self.name()?;
        let declared = self.declared_type()?;
        let place = Some(def.columns.len()).filter(|n| *n < MAX_COLUMNS)?;
        def.columns.push(ColumnDef { name: name.clone(), declared, default: Literal::Null, is_virtual: false });
        loop {
            if self.eat("CONSTRAINT") {
                self.name()?;
            } else if self.eat("PRIMARY") {
                self.expect("KEY")?;
                if self.eat("DESC") {
                    // A quirk that is kept for old files: this is not the rowid.
                    *may_be_rowid = false;
                } else {
                    self.eat("ASC");
                }
                self.skip_conflict()?;
                self.eat("AUTOINCREMENT");
                def.primary = vec![name.clone()];
            } else if self.eat("UNIQUE") {
                self.skip_conflict()?;
                def.unique.push(vec![name.clone()]);
            } else if self.eat("CHECK") {
                self.skip_brackets()?;
            } else if self.eat("DEFAULT") {
                let default = self.default()?;
                if let Some(column) = def.columns.get_mut(place) {
                    column.default = default;
                }
            } else if self.eat("COLLATE") {
                self.name()?;
            } else if self.is_one_of(&["REFERENCES"]) {
                self.reference(def, vec![name.clone()])?;
            } else if self.eat("GENERATED") {
                self.expect("ALWAYS")?;
            } else if self.eat("AS") {
                self.skip_brackets()?;
                let is_kept = self.eat("STORED");
                if let Some(column) = def.columns.get_mut(place) {
                    column.is_virtual = !is_kept;
                }
                self.eat("VIRTUAL");
            } else if self.is_sign(',') || self.is_sign(')') {
                return Some(());
            } else if self.eat("ON") {
                self.expect("CONFLICT")?;
                self.next()?;
            } else {
                // NOT, NULL, and what is not known.
                if self.is_sign('(') {
                    self.skip_brackets()?;
                } else {
                    self.next()?;
                }
            }
        }
    }

    /// `VARCHAR (20)`, `DOUBLE PRECISION`, or nothing.
    fn declared_type(&mut self) -> Option<String> {
        let mut out = String::new();
        while let Some(Token::Word(word) | Token::Quoted(word) | Token::Text(word)) = self.peek() {
            if self.is_one_of(&COLUMN_CONSTRAINTS) {
                break;
            }
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
            self.at += 1;
        }
        if self.is_sign('(') && !out.is_empty() {
            let start = self.at + 1;
            self.skip_brackets()?;
            let inner = self.tokens.get(start..self.at.saturating_sub(1)).unwrap_or_default();
            out.push('(');
            out.extend(inner.iter().map(|token| match token {
                Token::Number(text) | Token::Word(text) => text.clone(),
                Token::Sign(c) => c.to_string(),
                _ => String::new(),
            }));
            out.push(')');
        }
        Some(out)
    }

    fn default(&mut self) -> Option<Literal> {
        if !self.is_sign('(') {
            return self.literal();
        }
        let start = self.at + 1;
        self.skip_brackets()?;
        let inner = self.tokens.get(start..self.at.saturating_sub(1)).unwrap_or_default();
        let mut inner = Words { tokens: inner, at: 0 };
        let found = inner.literal();
        Some(found.filter(|_| inner.peek().is_none()).unwrap_or(Literal::Computed))
    }

    fn literal(&mut self) -> Option<Literal> {
        let is_negative = self.eat_sign('-');
        if !is_negative {
            self.eat_sign('+');
        }
        Some(match self.next()? {
            Token::Number(text) => number(text, is_negative),
            Token::Text(text) | Token::Quoted(text) => Literal::Text(text.clone()),
            Token::Blob(bytes) => Literal::Blob(bytes.clone()),
            Token::Word(word) => match word.to_ascii_uppercase().as_str() {
                "NULL" => Literal::Null,
                "TRUE" => Literal::Int(1),
                "FALSE" => Literal::Int(0),
                "CURRENT_TIME" | "CURRENT_DATE" | "CURRENT_TIMESTAMP" => Literal::Computed,
                _ => Literal::Text(word.clone()),
            },
            Token::Sign(_) => Literal::Computed,
        })
    }
}

fn number(text: &str, is_negative: bool) -> Literal {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let whole = match hex {
        Some(hex) => u64::from_str_radix(hex, 16).ok().map(|bits| i128::from(bits as i64)),
        None => digits.parse::<i128>().ok(),
    };
    let signed = whole.map(|value| if is_negative { -value } else { value });
    if let Some(value) = signed.and_then(|value| i64::try_from(value).ok()) {
        return Literal::Int(value);
    }
    match digits.parse::<f64>() {
        Ok(value) => Literal::Real(if is_negative { -value } else { value }),
        Err(_) => Literal::Computed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(def: &TableDef) -> Vec<(&str, &str)> {
        def.columns.iter().map(|c| (c.name.as_str(), c.declared.as_str())).collect()
    }

    #[test]
    fn columns_types_and_keys() {
        let def = table(
            "CREATE TABLE IF NOT EXISTS main.\"my \"\"t\"\"\" (\n  id INTEGER PRIMARY KEY AUTOINCREMENT, -- the id\n  \
             [a b] VARCHAR ( 20 ) NOT NULL DEFAULT 'x''y' COLLATE NOCASE, `c` decimal(10, 2) CHECK (`c` > (1)) UNIQUE,\n\
             'd' DOUBLE PRECISION /* , e */ REFERENCES other(x) ON DELETE SET NULL ON UPDATE CASCADE NOT DEFERRABLE \
             INITIALLY DEFERRED, plain, f REFERENCES third, CONSTRAINT u UNIQUE (\"a b\", c DESC) ON CONFLICT IGNORE\n\
             FOREIGN KEY (c, plain) REFERENCES o2 (p, q) MATCH FULL DEFERRABLE, CHECK (f <> ')'))",
        )
        .unwrap();
        assert_eq!(
            names(&def),
            [
                ("id", "INTEGER"),
                ("a b", "VARCHAR(20)"),
                ("c", "decimal(10,2)"),
                ("d", "DOUBLE PRECISION"),
                ("plain", ""),
                ("f", "")
            ]
        );
        assert_eq!((def.primary.as_slice(), def.rowid_column), (&["id".to_owned()][..], Some(0)));
        assert_eq!(def.columns[1].default, Literal::Text("x'y".to_owned()));
        assert_eq!(def.unique, [vec!["c".to_owned()], vec!["a b".to_owned(), "c".to_owned()]]);
        let said: Vec<_> =
            def.references.iter().map(|r| (r.columns.len(), r.table.as_str(), r.their_columns.len())).collect();
        assert_eq!(said, [(1, "other", 1), (1, "third", 0), (2, "o2", 2)]);
    }

    #[test]
    fn the_rowid_has_a_name_only_as_a_plain_integer() {
        let rowid = |sql: &str| table(sql).unwrap().rowid_column;
        assert_eq!(rowid("CREATE TABLE t(a, b INTEGER PRIMARY KEY)"), Some(1));
        assert_eq!(rowid("CREATE TABLE t(a, b integer, PRIMARY KEY (B DESC))"), Some(1));
        assert_eq!(rowid("CREATE TABLE t(a, b INTEGER PRIMARY KEY DESC)"), None);
        assert_eq!(rowid("CREATE TABLE t(a, b INT PRIMARY KEY)"), None);
        assert_eq!(rowid("CREATE TABLE t(a, b INTEGER, PRIMARY KEY (a, b))"), None);
        assert_eq!(rowid("CREATE TABLE t(a, b INTEGER PRIMARY KEY) WITHOUT ROWID"), None);
    }

    #[test]
    fn the_order_in_which_rows_are_stored() {
        let stored = |sql: &str| table(sql).unwrap().stored();
        assert_eq!(stored("CREATE TABLE t(a, b, c, PRIMARY KEY (c, a)) STRICT, WITHOUT ROWID"), [2, 0, 1]);
        assert_eq!(stored("CREATE TABLE t(a, b AS (a + 1), c GENERATED ALWAYS AS (f(a, 2)) STORED, d)"), [0, 2, 3]);
        assert_eq!(stored("CREATE TABLE t(a, b TEXT GENERATED ALWAYS AS (a) VIRTUAL NOT NULL)"), [0]);
    }

    #[test]
    fn defaults() {
        let default = |text: &str| {
            table(&format!("CREATE TABLE t(a NUM DEFAULT {text} NOT NULL)")).unwrap().columns[0].default.clone()
        };
        assert_eq!(default("-5"), Literal::Int(-5));
        assert_eq!(default("+1.5e2"), Literal::Real(150.0));
        assert_eq!(default("0x1F"), Literal::Int(31));
        assert_eq!(default("-9223372036854775808"), Literal::Int(i64::MIN));
        assert_eq!(default("99999999999999999999"), Literal::Real(1e20));
        assert_eq!(default("x'01'"), Literal::Blob(vec![1]));
        assert_eq!(default("true"), Literal::Int(1));
        assert_eq!(default("NULL"), Literal::Null);
        assert_eq!(default("(7)"), Literal::Int(7));
        assert_eq!(default("(1 + 2)"), Literal::Computed);
        assert_eq!(default("CURRENT_TIMESTAMP"), Literal::Computed);
        assert_eq!(default("yes"), Literal::Text("yes".to_owned()));
    }

    #[test]
    fn indexes_and_virtual_tables() {
        let names = |sql: &str| unique_index(sql).map(|n| n.join("+"));
        assert_eq!(names("CREATE UNIQUE INDEX i ON t (a, \"b c\" COLLATE x DESC)").as_deref(), Some("a+b c"));
        assert_eq!(names("CREATE UNIQUE INDEX i ON t (lower(a))"), None);
        assert_eq!(names("CREATE UNIQUE INDEX i ON t (a) WHERE b > 0"), None);
        assert_eq!(names("CREATE INDEX i ON t (a)"), None);
        assert_eq!(virtual_module("CREATE VIRTUAL TABLE d USING FTS5(a, b)").as_deref(), Some("fts5"));
        assert_eq!(virtual_module("CREATE TABLE d(a)"), None);
    }

    #[test]
    fn broken_statements_end() {
        let whole = "CREATE TABLE \"t\" (a INT DEFAULT (1), [b] TEXT, PRIMARY KEY (a), FOREIGN KEY (b) REFERENCES x (y) ON DELETE NO ACTION) WITHOUT ROWID";
        for end in 0..whole.len() {
            let _ = table(&whole[..end]);
        }
        for sql in ["", "CREATE TABLE t", "CREATE TABLE t()", "CREATE TABLE t(a b (", "CREATE TABLE t(a, PRIMARY)"] {
            assert!(table(sql).is_none(), "{sql}");
        }
    }
}
