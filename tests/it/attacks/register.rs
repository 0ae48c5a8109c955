//! `docs/attack-cases.md` names a test, or a reason, for each of the 98 attack cases. Here it is held to that.
use std::{collections::BTreeMap, fs, path::Path};

const CASES: u32 = 98;
const REGISTER: &str = include_str!("../../../docs/attack-cases.md");

/// The third column of the row of each case: where it is tested, or why it does not apply.
fn rows() -> BTreeMap<u32, &'static str> {
    let mut rows = BTreeMap::new();
    for line in REGISTER.lines() {
        let cells: Vec<&str> = line.split(" | ").map(|cell| cell.trim_matches(['|', ' '])).collect();
        let Some(Ok(number)) = cells.first().map(|first| first.parse::<u32>()) else { continue };
        assert_eq!(cells.len(), 3, "row {number} has a number, an attack, and where it is tested");
        assert!(rows.insert(number, cells[2]).is_none(), "case {number} has two rows");
    }
    rows
}

/// What stands between backticks: `file::name of the test`.
fn named(cell: &str) -> impl Iterator<Item = (&str, &str)> {
    cell.split('`').skip(1).step_by(2).filter_map(|code| code.split_once("::"))
}

#[test]
fn each_case_names_tests_that_exist_or_says_why_it_does_not_apply() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let rows = rows();
    assert_eq!(rows.keys().copied().collect::<Vec<_>>(), (1..=CASES).collect::<Vec<_>>());
    let mut wrong = Vec::new();
    for (number, cell) in &rows {
        if named(cell).next().is_none() && !cell.starts_with("Does not apply: ") {
            wrong.push(format!("{number} names neither a test nor a reason"));
        }
        for (file, test) in named(cell) {
            let text = fs::read_to_string(root.join(file)).unwrap_or_default();
            if !text.contains(test) {
                wrong.push(format!("{number}: there is no {test:?} in {file}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
