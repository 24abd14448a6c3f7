//! What capacity providers become.

use aws_sdk_ecs::types::Tag;

use super::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn provider(name: &str, tags: &[(&str, &str)]) -> CapacityProvider {
    let tag = |(key, value): &(&str, &str)| Tag::builder().key(*key).value(*value).build();
    let tags = tags.iter().map(tag).collect();
    CapacityProvider::builder().name(name).set_tags(Some(tags)).build()
}

fn sold(region: &str, name: &str, tags: &[(&str, &str)]) -> Option<Offer> {
    let cluster = Cluster { name: "broker-gpu".to_owned(), region: region.to_owned() };
    offers(&cluster, &[provider(name, tags)], NOW).pop()
}

fn rate(offer: Option<Offer>) -> Option<i64> {
    offer.map(|offer| offer.provider_rate_usd_micros_per_hour.0)
}

#[test]
fn an_instance_costs_what_the_catalogue_says_with_its_disk_and_its_address() {
    let offer = sold("us-east-1", "broker-gpu-g6-xlarge", &[(TYPE_TAG, "g6.xlarge")]);
    let offer = offer.expect("it is in the catalogue");
    assert_eq!(offer.provider_rate_usd_micros_per_hour.0, 804_800 + 25_100);
    assert_eq!((offer.gpu.as_str(), offer.gpu_memory_gib), ("L4", 24));
    assert_eq!((offer.vcpus, offer.ram_gib, offer.disk.max_gib), (4, 16, 100));
    assert_eq!((offer.spot, offer.stoppable, offer.region.as_str()), (false, false, "us-east-1"));
    assert!(offer.source.contains("karpenter") && offer.as_of.starts_with("202"), "{offer:?}");
}

#[test]
fn an_operators_price_stands_before_the_catalogues_and_where_that_has_none() {
    let tags = [(TYPE_TAG, "g6.xlarge"), (PRICE_TAG, "0.9")];
    assert_eq!(rate(sold("us-east-1", "broker-gpu-g6-xlarge", &tags)), Some(925_100));
    assert_eq!(rate(sold("eu-west-1", "broker-gpu-g6-xlarge", &tags)), Some(925_100));
    assert_eq!(rate(sold("eu-west-1", "broker-gpu-g6-xlarge", &tags[..1])), None);
    for no_price in ["", "0", "-1", "free", "1e3"] {
        let tags = [(TYPE_TAG, "g6.xlarge"), (PRICE_TAG, no_price)];
        assert_eq!(rate(sold("us-east-1", "broker-gpu-g6-xlarge", &tags)), None, "{no_price}");
    }
}

#[test]
fn spot_instances_are_another_offer_at_the_price_that_their_operator_names() {
    let tags = [(TYPE_TAG, "g6.xlarge"), (PRICE_TAG, "0.35")];
    let spot = sold("us-east-1", "broker-gpu-g6-xlarge-spot", &tags).expect("it has a price");
    let other = sold("us-east-1", "broker-gpu-g6-xlarge", &tags[..1]).expect("it is listed");
    assert!(spot.spot && spot.id != other.id);
    assert_eq!(spot.provider_rate_usd_micros_per_hour.0, 375_100);
    assert_eq!(sold("us-east-1", "broker-gpu-g6-xlarge-spot", &tags[..1]), None, "no price");
}

#[test]
fn what_is_not_ours_or_would_not_boot_is_not_sold() {
    for (name, kind) in [
        ("FARGATE", "g6.xlarge"),
        ("another-g6-xlarge", "g6.xlarge"),
        ("broker-gpu-g6-xlarge", "g6.2xlarge"),
        ("broker-gpu-m5-large", "m5.large"),
        ("broker-gpu-g5g-xlarge", "g5g.xlarge"),
        ("broker-gpu-g4ad-xlarge", "g4ad.xlarge"),
    ] {
        assert_eq!(sold("us-east-1", name, &[(TYPE_TAG, kind)]), None, "{name} {kind}");
    }
    assert_eq!(sold("us-east-1", "broker-gpu-g6-xlarge", &[]), None, "no type");
}

#[test]
fn every_type_that_the_catalogue_prices_in_dollars_can_be_sold() {
    let here = LISTED.iter().filter(|row| row.region == "us-east-1");
    let fits = here.filter(|row| !UNFIT.iter().any(|unfit| row.instance_type.starts_with(unfit)));
    let mut sizes = 0;
    for row in fits {
        let kind = row.instance_type.as_str();
        let capacity = Capacity { instance_type: kind.to_owned(), is_spot: false };
        let name = capacity.provider("broker-gpu");
        let offer = sold("us-east-1", &name, &[(TYPE_TAG, kind)]).expect(kind);
        assert_eq!((offer.instance_type.as_str(), offer.gpu_count), (kind, row.gpu_count));
        sizes += 1;
    }
    assert!(sizes > 40, "{sizes}");
}
