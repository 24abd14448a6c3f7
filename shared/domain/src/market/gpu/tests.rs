use super::*;

fn name(spelling: &str, gib: u32) -> Option<&'static str> {
    canonical(spelling, Some(gib * MIB_PER_GIB)).map(|model| model.name)
}

#[test]
fn spellings_of_many_clouds_lead_to_one_name() {
    for spelling in [
        "A100 SXM4 80GB",
        "NVIDIA A100-SXM4-80GB",
        "A100SXM480GB",
        "nvidia_a100_sxm",
        "a100-80gb-sxm4",
        "A100 (80 GB SXM4)",
    ] {
        assert_eq!(name(spelling, 80), Some("A100 SXM"), "{spelling}");
    }
    for spelling in ["h100_80gb_sxm5", "NVIDIA H100 80GB HBM3", "HGXH100", "H100 (80 GB SXM5)"] {
        assert_eq!(name(spelling, 80), Some("H100 SXM"), "{spelling}");
    }
    assert_eq!(name("NVIDIA A100 80GB PCIe", 80), Some("A100 PCIe"));
    assert_eq!(name("A100-80GB", 80), Some("A100"));
    assert_eq!(name("NVIDIA GeForce RTX 4090", 24), Some("RTX 4090"));
    assert_eq!(name("Tesla V100-SXM2-32GB", 32), Some("V100 SXM"));
    assert_eq!(name("AMD Instinct MI300X OAM", 192), Some("MI300X"));
    assert_eq!(name("L4 24GB", 24), Some("L4"));
}

#[test]
fn oddities_of_the_shipped_catalogue_resolve_on_purpose() {
    assert_eq!(name("RTX4090(48GBmod)", 48), Some("RTX 4090"));
    assert_eq!(name("RTX4080(32GBmod)", 32), Some("RTX 4080"));
    assert_eq!(name("RTX5090(Highfreq.)", 32), Some("RTX 5090"));
    assert_eq!(name("A80080G", 80), Some("A800"));
    assert_eq!(name("RTXPRO-A6000SE", 96), Some("RTX PRO 6000"));
    assert_eq!(name("RTX6000Pro", 96), Some("RTX PRO 6000"));
    assert_eq!(name("H100-MEGA", 80), Some("H100 SXM"));
    assert_eq!(name("A100NVLink", 40), Some("A100"));
    assert_eq!(name("V100NVLink", 16), Some("V100 SXM"));
    assert_eq!(name("B200NVL", 180), Some("B200"));
}

#[test]
fn memory_decides_between_models_of_one_spelling() {
    assert_eq!(name("RTX6000", 24), Some("Quadro RTX 6000"));
    assert_eq!(name("RTX6000", 48), Some("RTX 6000 Ada"));
    assert_eq!(name("RTX6000", 96), Some("RTX PRO 6000"));
    assert_eq!(name("RTX4000", 20), Some("RTX 4000 Ada"));
    assert_eq!(name("H100", 94), Some("H100 NVL"));
    assert_eq!(name("H100", 80), Some("H100"));
    assert_eq!(canonical("H100", None).map(|model| model.name), Some("H100"));
}

#[test]
fn slices_and_strangers_resolve_to_nothing() {
    for spelling in ["A100-MIG-1g.5gb", "1/7 H100", "Gaudi 3", "", "(80GB)", "H1000", "4090"] {
        assert_eq!(canonical(spelling, Some(80 * MIB_PER_GIB)), None, "{spelling}");
    }
}

#[test]
fn what_is_longer_than_any_name_is_not_read() {
    let padded = |length| canonical(&format!("{:<length$}", "H100"), None).is_some();
    assert!(padded(SPELLING_LEN_MAX - 1) && padded(SPELLING_LEN_MAX));
    assert!(!padded(SPELLING_LEN_MAX + 1) && !padded(2 * SPELLING_LEN_MAX));
    assert_eq!(canonical(&"h100".repeat(26), None), None);
}

#[test]
fn a_printed_size_is_one_that_the_model_or_the_machine_has() {
    assert_eq!(name("RTX 4090 47GB", 47), Some("RTX 4090"), "what the machine has");
    assert_eq!(name("RTX 4090 80GB", 24), None, "what neither has");
    assert_eq!(canonical("A100-80GB", None).map(|model| model.name), Some("A100"));
}

#[test]
fn a_remark_may_stand_anywhere() {
    assert_eq!(name("(refurbished) L4", 24), Some("L4"));
    assert_eq!(name("RTX (new (boxed)) 4090", 24), Some("RTX 4090"));
}

#[test]
fn a_driver_reported_memory_snaps_to_the_nominal_one() {
    let cases = [
        ("A10G", 22_886, 24),
        ("L40S", 45_773, 48),
        ("B200", 183_357, 180),
        ("B200", 192 * MIB_PER_GIB, 180),
        ("B300", 275_036, 288),
        ("A100", 40 * MIB_PER_GIB, 40),
    ];
    for (name, mib, gib) in cases {
        assert_eq!(by_name(name).map(|model| model.memory_gib(mib)), Some(gib), "{name} {mib}");
    }
}

#[test]
fn a_memory_no_maker_sells_is_kept_rounded_down() {
    let cases = [("RTX 4090", 48 * MIB_PER_GIB + 1_023, 48), ("B300", 262 * MIB_PER_GIB, 262)];
    for (name, mib, gib) in cases {
        assert_eq!(by_name(name).map(|model| model.memory_gib(mib)), Some(gib), "{name} {mib}");
    }
}

fn is_spelled(model: &Model, text: &str) -> bool {
    model.spellings.contains(&text) || key_of(model.name) == text
}

#[test]
fn the_table_is_consistent() {
    for (index, model) in MODELS.iter().enumerate() {
        assert!(!model.memory_gib.is_empty(), "{}", model.name);
        assert!(model.bf16_tflops.is_none_or(|tflops| tflops > 0.0), "{}", model.name);
        assert_eq!(by_name(model.name), Some(model));
        for spelling in model.spellings {
            assert_eq!(*spelling, key_of(spelling), "{spelling}");
        }
        for other in MODELS.iter().skip(index + 1) {
            assert_ne!(key_of(model.name), key_of(other.name));
            for shared in model.spellings.iter().filter(|text| is_spelled(other, text)) {
                let apart = model.memory_gib.iter().all(|gib| !other.memory_gib.contains(gib));
                assert!(apart, "{shared}: {} or {}", model.name, other.name);
            }
        }
    }
}
