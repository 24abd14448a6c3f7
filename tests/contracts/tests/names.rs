//! The web app names the clouds as the mails and a pod's history do.

use domain::market::cloud::CLOUDS;

#[test]
fn the_web_app_knows_the_same_clouds_by_the_same_names() {
    let source = include_str!("../../../web/src/lib/names.ts");
    let table = source.split("const CLOUDS").nth(1).and_then(|rest| rest.split("};").next());
    let rows = table.unwrap_or_default().lines().skip(1).filter_map(|line| {
        let (id, name) = line.trim().trim_end_matches(',').split_once(": ")?;
        Some((id.trim_matches('"'), name.trim_matches('"')))
    });
    let named: Vec<_> = rows.collect();
    assert_eq!(named, CLOUDS);
}
