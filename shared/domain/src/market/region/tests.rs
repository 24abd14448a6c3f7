use super::*;
use crate::sample;

#[test]
fn a_region_is_in_the_country_where_its_own_cloud_has_it() {
    let country = |provider, region| match place(provider, region) {
        Some(Place::Country(code)) => code,
        _ => "",
    };
    for (provider, region, expected) in [
        ("lambda", "us-east-1", "US"),
        ("lambda", "europe-central-1", "DE"),
        ("aws", "eu-west-1", "IE"),
        ("alibaba", "eu-west-1", "GB"),
        ("aws", "ap-southeast-3", "ID"),
        ("alibaba", "ap-southeast-3", "MY"),
        ("azure", "eastus", "US"),
        ("azure", "westeurope", "NL"),
        ("azure", "germanywestcentral", "DE"),
        ("gcp", "asia-south1", "IN"),
        ("gcp", "europe-west1", "BE"),
        ("gcp", "europe-west10", "DE"),
        ("gcp", "us-east4", "US"),
        ("alibaba", "cn-hongkong", "HK"),
        ("alibaba", "cn-beijing", "CN"),
        ("runpod", "EU-RO-1", "RO"),
        ("runpod", "US-KS-2", "US"),
        ("runpod", "CA-MTL-1", "CA"),
        ("verda", "ICE-01", "IS"),
        ("ecs", "us-east-1", "US"),
        ("ecs", "eu-west-1", "IE"),
        ("vultr", "ewr", "US"),
        ("vultr", "fra", "DE"),
        ("exoscale", "at-vie-2", "AT"),
        ("ovhcloud", "GRA11", "FR"),
        ("seeweb", "it-fr2", "IT"),
        ("upcloud", "fi-hel2", "FI"),
        ("upcloud", "uk-lon1", "GB"),
        ("vast-ai", "SE", "SE"),
        ("novita", "CN-HK-01", "HK"),
        ("tencent", "eu-frankfurt-2", "DE"),
        ("vast-ai", "us", "US"),
    ] {
        assert_eq!(country(provider, region), expected, "{provider} {region}");
    }
}

#[test]
fn what_is_not_known_is_not_guessed() {
    assert_eq!(place("runpod", "EUROPE"), Some(Place::Continent("EU")));
    for (provider, region) in [
        ("lambda", UNSPECIFIED),
        ("lambda", ""),
        ("lambda", "usual"),
        ("lambda", "SE"),
        ("vast-ai", "XX"),
        ("lambda", "eu-west-1"),
        ("gcp", "europe-west99"),
        ("aws", "us-gov-west-1"),
    ] {
        assert_eq!(place(provider, region), None, "{provider} {region}");
    }
}

#[test]
fn each_region_stands_in_one_row() {
    let mut names: Vec<_> = OF_CLOUD
        .iter()
        .flat_map(|(cloud, _, names)| names.iter().map(move |name| (*cloud, *name)))
        .collect();
    let unique = UNIQUE.iter().chain(&CONTINENTS).flat_map(|(_, names)| names.iter());
    names.extend(unique.map(|name| ("", *name)));
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
    assert!(names.iter().all(|(_, name)| *name == name.to_ascii_lowercase()));
}

#[test]
fn a_place_is_kept_by_the_same_region_or_another_one_of_its_country() {
    let at = |provider: &str, region: &str| Offer {
        provider: provider.to_owned(),
        region: region.to_owned(),
        ..sample::offer("off")
    };
    let keeps = |quoted: (&str, &str), other: (&str, &str)| {
        keeps_place(&at(other.0, other.1), &at(quoted.0, quoted.1))
    };
    assert!(keeps(("lambda", "us-east-1"), ("azure", "westus2")));
    assert!(keeps(("azure", "germanynorth"), ("gcp", "europe-west3")));
    assert!(keeps(("lambda", "moon-1"), ("lambda", "moon-1")));
    assert!(keeps(("lambda", UNSPECIFIED), ("azure", "westus2")));
    assert!(keeps(("lambda", UNSPECIFIED), ("vultr", UNSPECIFIED)));
    assert!(!keeps(("lambda", "us-east-1"), ("lambda", UNSPECIFIED)));
    assert!(!keeps(("lambda", "us-east-1"), ("lambda", "europe-central-1")));
    assert!(!keeps(("lambda", "moon-1"), ("vultr", "moon-1")), "another cloud's moon");
    assert!(!keeps(("lambda", "moon-1"), ("lambda", "moon-2")), "two unknown places");
    assert!(!keeps(("aws", "ap-southeast-3"), ("alibaba", "ap-southeast-3")));
    assert!(!keeps(("aws", "us-east-1"), ("aws", "us-gov-east-1")));
    assert!(!keeps(("aws", "us-gov-east-1"), ("aws", "us-east-1")));
    assert!(!keeps(("runpod", "eu-ro-1"), ("runpod", "europe")), "less than was promised");
}
