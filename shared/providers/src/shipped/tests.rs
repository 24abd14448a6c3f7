use std::io::Write;

use domain::market::region::{UNSPECIFIED, place};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

const HEADER: &str = "provider,instance_type,gpu,gpu_count,gpu_mem_gib,vcpus,ram_gib,region,\
                      price_hour,spot_price_hour,currency,source,as_of";
const LINE: &str = "aws,g5.xlarge,A10G,1,22.35,4,16.0,us-east-1,1.006,0.5,USD,here,2026-07-20";

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn read_lines(lines: &[&str]) -> Shipped {
    let none = Shipped { rows: Vec::new(), dropped: Dropped::default() };
    read(&packed(&format!("{HEADER}\n{}\n", lines.join("\n")))).unwrap_or(none)
}

fn dropped(line: &str) -> (usize, Dropped) {
    let shipped = read_lines(&[line]);
    (shipped.rows.len(), shipped.dropped)
}

#[test]
fn a_row_with_two_prices_gives_two_listings() {
    let shipped = read_lines(&[LINE]);
    let [on_demand, spot] = shipped.rows.as_slice() else { unreachable!("{shipped:?}") };
    assert_eq!(on_demand.provider_rate_usd_micros_per_hour, UsdMicrosPerHour(1_006_000));
    assert_eq!(spot.provider_rate_usd_micros_per_hour, UsdMicrosPerHour(500_000));
    assert_eq!((on_demand.spot, spot.spot), (false, true));
    assert_ne!(on_demand.id, spot.id);
    assert_eq!(on_demand.gpu.name, "A10G");
    assert_eq!(on_demand.gpu_memory_gib, 24);
    assert_eq!((on_demand.vcpus, on_demand.ram_gib), (Some(4), Some(16)));
    assert_eq!(shipped.dropped, Dropped::default());
}

#[test]
fn an_identifier_is_stable_and_has_its_shape() {
    let ids: Vec<String> = read_lines(&[LINE]).rows.into_iter().map(|row| row.id.0).collect();
    // sha256 of "aws|g5.xlarge|us-east-1|A10G|1000|false" and "…|true".
    assert_eq!(ids, ["off_3eefd9690c0165ad2622", "off_f2ecab60396fec957421"]);
}

#[test]
fn each_reason_to_leave_something_out_is_counted() {
    let with = |from: &str, to: &str| dropped(&LINE.replace(from, to));
    let none = Dropped::default();
    assert_eq!(with("USD", "CNY?"), (0, Dropped { uncertain_currency: 1, ..none }));
    assert_eq!(with("USD", "EUR"), (0, Dropped { uncertain_currency: 1, ..none }));
    assert_eq!(with("1.006,0.5", ","), (0, Dropped { no_price: 1, ..none }));
    assert_eq!(with("1.006,0.5", "0.000,0.5"), (1, Dropped { not_positive_price: 1, ..none }));
    assert_eq!(with("1.006,0.5", "-1,-0.5"), (0, Dropped { not_positive_price: 2, ..none }));
    assert_eq!(with("1.006", "1e3"), (1, Dropped { malformed: 1, ..none }));
    assert_eq!(with("A10G", "Gaudi3"), (0, Dropped { unknown_gpu: 1, ..none }));
    for (from, to) in [
        ("A10G,1,", "A10G,,"),
        ("A10G,1,", "A10G,0,"),
        ("22.35", "n/a"),
        (",4,16.0", ",four,16.0"),
        ("us-east-1", ""),
        ("2026-07-20", "yesterday"),
        (",2026-07-20", ""),
    ] {
        assert_eq!(with(from, to), (0, Dropped { malformed: 1, ..none }), "{from} {to}");
    }
    let twice = read_lines(&[LINE, LINE]);
    assert_eq!((twice.rows.len(), twice.dropped), (2, Dropped { duplicate: 2, ..none }));
}

#[test]
fn fractions_are_rounded_as_documented() {
    let line = LINE.replace(",4,16.0", ",0.5,22.9").replace("1.006", "1.0060001");
    let rows = read_lines(&[&line]).rows;
    let first = rows.first().map(|row| (row.vcpus, row.ram_gib));
    assert_eq!(first, Some((Some(1), Some(22))));
    let rate = rows.first().map(|row| row.provider_rate_usd_micros_per_hour);
    assert_eq!(rate, Some(UsdMicrosPerHour(1_006_001)));
    let absent = read_lines(&[&LINE.replace(",4,16.0", ",,")]).rows;
    assert_eq!(absent.first().map(|row| (row.vcpus, row.ram_gib)), Some((None, None)));
}

#[test]
fn a_share_of_a_gpu_carries_the_memory_of_the_whole_one() {
    let memory = |count_and_memory: &str| {
        let rows = read_lines(&[&LINE.replace("A10G,1,22.35", count_and_memory)]).rows;
        rows.first().map(|row| (row.gpu_count.0, row.gpu_memory_gib))
    };
    assert_eq!(memory("A10,0.5,12"), Some((500, 24)));
    assert_eq!(memory("A10,0.1667,24"), Some((167, 24)));
    assert_eq!(memory("RTXPRO6000,0.125,96"), Some((125, 96)));
}

#[test]
fn what_is_no_table_is_an_error() {
    assert!(matches!(read(b"no gzip"), Err(ShippedError::Gzip(_))));
    let cut = CATALOGUE.get(..CATALOGUE.len() / 2).unwrap_or_default();
    assert!(matches!(read(cut), Err(ShippedError::Gzip(_))));
    assert!(read(&packed("")).is_ok_and(|shipped| shipped.rows.is_empty()));
}

#[test]
fn every_row_of_the_catalogue_names_a_known_gpu() {
    let mut table = String::new();
    let read = MultiGzDecoder::new(CATALOGUE).read_to_string(&mut table);
    assert!(read.is_ok());
    let mut reader = ReaderBuilder::new().from_reader(table.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    let mut pairs = HashSet::new();
    for record in reader.records().map_while(Result::ok) {
        let fields = record.deserialize::<Record<'_>>(Some(&header)).ok();
        let Some(Record { gpu, gpu_mem_gib, .. }) = fields else { unreachable!("{record:?}") };
        let mib = memory_mib(gpu_mem_gib).ok();
        assert!(gpu::canonical(gpu, mib).is_some(), "{gpu} with {gpu_mem_gib} GiB");
        pairs.insert((gpu.to_owned(), gpu_mem_gib.to_owned()));
    }
    assert_eq!(pairs.len(), 134);
}

#[test]
fn the_catalogue_is_read_whole() {
    let shipped = read(CATALOGUE).map_err(|error| error.to_string());
    let counts = shipped.as_ref().map(|shipped| (shipped.rows.len(), shipped.dropped));
    assert_eq!(counts, Ok((2_050, Dropped { uncertain_currency: 280, ..Dropped::default() })));
    let rows = shipped.map(|shipped| shipped.rows).unwrap_or_default();
    assert!(rows.iter().all(|row| row.provider_rate_usd_micros_per_hour.0 > 0));
    let providers: HashSet<_> = rows.iter().map(|row| row.provider.as_str()).collect();
    assert_eq!(providers.len(), 24);
}

#[test]
fn the_place_of_every_region_is_known_but_of_a_governments_own() {
    let shipped = read(CATALOGUE).expect("the catalogue");
    let mut unknown: Vec<_> = shipped
        .rows
        .iter()
        .filter(|row| row.region != UNSPECIFIED && place(&row.provider, &row.region).is_none())
        .map(|row| row.region.as_str())
        .collect();
    unknown.sort_unstable();
    unknown.dedup();
    assert_eq!(unknown, ["us-gov-east-1", "us-gov-west-1"]);
}

#[test]
fn none_of_the_shipped_prices_is_in_doubt() -> Result<(), ShippedError> {
    use domain::market::guard::{Guard, Voices};

    let rows = read(CATALOGUE)?.rows;
    let mut voices = Voices::default();
    for row in &rows {
        let price = (row.gpu_count, row.provider_rate_usd_micros_per_hour);
        voices.hear(&row.provider, row.gpu.name, price);
    }
    let (usual, accepted) = (voices.usual(), std::collections::BTreeMap::new());
    let guard = Guard { usual: &usual, accepted: &accepted };
    for offer in rows.iter().map(crate::sandbox::market::complete) {
        let rate = offer.provider_rate_usd_micros_per_hour;
        assert_eq!(guard.doubt(&offer, Some(rate)), None, "{offer:?}");
    }
    Ok(())
}
