//! Where the regions of GPU clouds are.
//!
//! A region's name means something at its own cloud only: `ap-southeast-3` is in Malaysia at one
//! and in Indonesia at another. A name that stands in no table here has no known place.

use crate::market::offer::Offer;

/// The region of an offer whose cloud does not say where its machines are.
pub const UNSPECIFIED: &str = "unspecified";

/// As much as a region's name promises.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// A country, by its ISO 3166-1 code.
    Country(&'static str),
    /// A continent only: `AF`, `AS`, `EU`, `NA`, `OC` or `SA`.
    Continent(&'static str),
}

/// Names that one cloud uses otherwise than another, or that are too plain to be unique: the cloud,
/// the country, its regions.
const OF_CLOUD: [(&str, &str, &[&str]); 129] = [
    ("alibaba", "AE", &["me-east-1"]),
    ("alibaba", "DE", &["eu-central-1"]),
    ("alibaba", "GB", &["eu-west-1"]),
    ("alibaba", "ID", &["ap-southeast-5"]),
    ("alibaba", "IN", &["ap-south-1"]),
    ("alibaba", "JP", &["ap-northeast-1"]),
    ("alibaba", "KR", &["ap-northeast-2"]),
    ("alibaba", "MY", &["ap-southeast-3"]),
    ("alibaba", "PH", &["ap-southeast-6"]),
    ("alibaba", "SA", &["me-central-1"]),
    ("alibaba", "SG", &["ap-southeast-1"]),
    ("alibaba", "TH", &["ap-southeast-7"]),
    ("aws", "AE", &["me-central-1"]),
    ("aws", "AU", &["ap-southeast-2", "ap-southeast-4"]),
    ("aws", "BH", &["me-south-1"]),
    ("aws", "BR", &["sa-east-1"]),
    ("aws", "CH", &["eu-central-2"]),
    ("aws", "DE", &["eu-central-1"]),
    ("aws", "ES", &["eu-south-2"]),
    ("aws", "FR", &["eu-west-3"]),
    ("aws", "GB", &["eu-west-2"]),
    ("aws", "HK", &["ap-east-1"]),
    ("aws", "ID", &["ap-southeast-3"]),
    ("aws", "IE", &["eu-west-1"]),
    ("aws", "IL", &["il-central-1"]),
    ("aws", "IN", &["ap-south-1", "ap-south-2"]),
    ("aws", "IT", &["eu-south-1"]),
    ("aws", "JP", &["ap-northeast-1", "ap-northeast-3"]),
    ("aws", "KR", &["ap-northeast-2"]),
    ("aws", "MX", &["mx-central-1"]),
    ("aws", "MY", &["ap-southeast-5"]),
    ("aws", "NZ", &["ap-southeast-6"]),
    ("aws", "SE", &["eu-north-1"]),
    ("aws", "SG", &["ap-southeast-1"]),
    ("aws", "TH", &["ap-southeast-7"]),
    ("aws", "TW", &["ap-east-2"]),
    ("aws", "ZA", &["af-south-1"]),
    ("digitalocean", "AU", &["syd1"]),
    ("digitalocean", "CA", &["tor1"]),
    ("digitalocean", "DE", &["fra1"]),
    ("digitalocean", "GB", &["lon1"]),
    ("digitalocean", "IN", &["blr1"]),
    ("digitalocean", "NL", &["ams2", "ams3"]),
    ("digitalocean", "SG", &["sgp1"]),
    ("digitalocean", "US", &["nyc1", "nyc2", "nyc3", "sfo2", "sfo3", "atl1", "ric1"]),
    ("e2e-networks", "IN", &["delhi", "mumbai", "chennai"]),
    ("gcore", "LU", &["luxembourg", "luxembourg-2", "luxembourg-3"]),
    ("hyperstack", "CA", &["canada-1"]),
    ("hyperstack", "NO", &["norway-1"]),
    ("hyperstack", "US", &["us-1"]),
    ("lambda", "DE", &["europe-central-1"]),
    ("lambda", "IL", &["me-west-1"]),
    ("lambda", "IN", &["asia-south-1"]),
    ("lambda", "JP", &["asia-northeast-1", "asia-northeast-2"]),
    ("latitude", "AU", &["syd"]),
    ("latitude", "BR", &["sao", "sao2"]),
    ("latitude", "DE", &["fra"]),
    ("latitude", "GB", &["lon"]),
    ("latitude", "JP", &["tyo", "tyo2"]),
    ("latitude", "MX", &["mex", "mex2"]),
    ("latitude", "US", &["dal", "nyc", "ash", "chi", "lax", "mia", "mia2"]),
    ("linode", "AU", &["au-mel"]),
    ("linode", "BR", &["br-gru"]),
    ("linode", "DE", &["de-fra-2"]),
    ("linode", "ES", &["es-mad"]),
    ("linode", "FR", &["fr-par"]),
    ("linode", "GB", &["gb-lon"]),
    ("linode", "ID", &["id-cgk"]),
    ("linode", "IN", &["in-maa", "in-bom-2"]),
    ("linode", "IT", &["it-mil"]),
    ("linode", "JP", &["jp-osa", "jp-tyo-3"]),
    ("linode", "NL", &["nl-ams"]),
    ("linode", "SE", &["se-sto"]),
    ("linode", "SG", &["sg-sin-2"]),
    ("ovhcloud", "AU", &["syd1"]),
    ("ovhcloud", "CA", &["bhs1", "bhs3", "bhs5"]),
    ("ovhcloud", "DE", &["de1"]),
    ("ovhcloud", "FR", &["eu-west-par", "gra1", "gra3", "gra5", "gra7", "gra9", "gra11"]),
    ("ovhcloud", "FR", &["rbx-a", "sbg1", "sbg3", "sbg5", "sbg7"]),
    ("ovhcloud", "GB", &["uk1"]),
    ("ovhcloud", "PL", &["waw1"]),
    ("ovhcloud", "SG", &["sgp1"]),
    ("novita", "DE", &["eu-ger-02"]),
    ("novita", "GB", &["eu-gb-01"]),
    ("novita", "HK", &["cn-hk-01"]),
    ("runpod", "AU", &["oc-au-1"]),
    ("runpod", "CZ", &["eu-cz-1"]),
    ("runpod", "FR", &["eu-fr-1"]),
    ("runpod", "IN", &["ap-in-1"]),
    ("runpod", "IS", &["eur-is-1", "eur-is-2", "eur-is-3", "eur-is-4"]),
    ("runpod", "JP", &["ap-jp-1"]),
    ("runpod", "NL", &["eu-nl-1"]),
    ("runpod", "NO", &["eur-no-1", "eur-no-2", "eur-no-3"]),
    ("runpod", "RO", &["eu-ro-1"]),
    ("runpod", "SE", &["eu-se-1", "eu-se-2"]),
    ("runpod", "SG", &["sea-sg-1"]),
    ("scaleway", "FR", &["fr-par-1", "fr-par-2", "fr-par-3"]),
    ("scaleway", "NL", &["nl-ams-1", "nl-ams-2", "nl-ams-3"]),
    ("scaleway", "PL", &["pl-waw-1", "pl-waw-2", "pl-waw-3"]),
    ("shadeform", "CA", &["canada-1"]),
    ("upcloud", "GB", &["uk-lon1"]),
    ("tencent", "DE", &["eu-frankfurt-1", "eu-frankfurt-2"]),
    ("tencent", "HK", &["ap-hongkong-2", "ap-hongkong-3"]),
    ("tencent", "JP", &["ap-tokyo-1", "ap-tokyo-2"]),
    ("tencent", "KR", &["ap-seoul-1", "ap-seoul-2"]),
    ("tencent", "SG", &["ap-singapore-1", "ap-singapore-2", "ap-singapore-3", "ap-singapore-4"]),
    ("tencent", "TH", &["ap-bangkok-1", "ap-bangkok-2"]),
    (
        "tencent",
        "US",
        &["na-ashburn-1", "na-ashburn-2", "na-siliconvalley-1", "na-siliconvalley-2"],
    ),
    ("verda", "FI", &["fin-01", "fin-02", "fin-03"]),
    ("verda", "IS", &["ice-01"]),
    ("vultr", "AU", &["mel", "syd"]),
    ("vultr", "BR", &["sao"]),
    ("vultr", "CA", &["yto"]),
    ("vultr", "CL", &["scl"]),
    ("vultr", "DE", &["fra"]),
    ("vultr", "ES", &["mad"]),
    ("vultr", "FR", &["cdg"]),
    ("vultr", "GB", &["lhr", "man"]),
    ("vultr", "IL", &["tlv"]),
    ("vultr", "IN", &["blr", "bom", "del"]),
    ("vultr", "JP", &["itm", "nrt"]),
    ("vultr", "KR", &["icn"]),
    ("vultr", "MX", &["mex"]),
    ("vultr", "NL", &["ams"]),
    ("vultr", "PL", &["waw"]),
    ("vultr", "SE", &["sto"]),
    ("vultr", "SG", &["sgp"]),
    ("vultr", "US", &["atl", "dfw", "ewr", "hnl", "lax", "mia", "ord", "sea", "sjc"]),
    ("vultr", "ZA", &["jnb"]),
];

/// Names that only one cloud uses, most of them Azure or Google Cloud: the country, its regions.
const UNIQUE: [(&str, &[&str]); 35] = [
    ("AE", &["uaecentral", "uaenorth"]),
    ("AT", &["austriaeast"]),
    (
        "AU",
        &[
            "australiacentral",
            "australiacentral2",
            "australiaeast",
            "australiasoutheast",
            "australia-southeast1",
            "australia-southeast2",
        ],
    ),
    ("BE", &["belgiumcentral", "europe-west1"]),
    ("BR", &["brazilsouth", "brazilsoutheast", "southamerica-east1"]),
    ("CA", &["canadacentral", "canadaeast", "northamerica-northeast1", "northamerica-northeast2"]),
    ("CH", &["switzerlandnorth", "switzerlandwest", "europe-west6"]),
    ("CL", &["chilecentral", "southamerica-west1"]),
    ("DE", &["germanynorth", "germanywestcentral", "europe-west3", "europe-west10"]),
    ("DK", &["denmarkeast"]),
    ("ES", &["spaincentral", "europe-southwest1"]),
    ("FI", &["europe-north1"]),
    ("FR", &["francecentral", "francesouth", "europe-west9"]),
    ("GB", &["uksouth", "ukwest", "europe-west2"]),
    ("HK", &["eastasia", "asia-east2", "cn-hongkong"]),
    ("ID", &["indonesiacentral", "asia-southeast2"]),
    ("IE", &["northeurope"]),
    ("IL", &["israelcentral", "me-west1"]),
    (
        "IN",
        &[
            "centralindia",
            "southindia",
            "westindia",
            "jioindiacentral",
            "jioindiawest",
            "asia-south1",
            "asia-south2",
        ],
    ),
    ("IT", &["italynorth", "europe-west8", "europe-west12"]),
    ("JP", &["japaneast", "japanwest", "asia-northeast1", "asia-northeast2"]),
    ("KR", &["koreacentral", "koreasouth", "asia-northeast3"]),
    ("MX", &["mexicocentral", "northamerica-south1"]),
    ("MY", &["malaysiawest"]),
    ("NL", &["westeurope", "europe-west4"]),
    ("NO", &["norwayeast", "norwaywest"]),
    ("NZ", &["newzealandnorth"]),
    ("PL", &["polandcentral", "europe-central2"]),
    ("QA", &["qatarcentral", "me-central1"]),
    ("SA", &["me-central2"]),
    ("SE", &["swedencentral", "europe-north2"]),
    ("SG", &["southeastasia", "asia-southeast1"]),
    ("TW", &["asia-east1"]),
    (
        "US",
        &[
            "centralus",
            "eastus",
            "eastus2",
            "northcentralus",
            "southcentralus",
            "westcentralus",
            "westus",
            "westus2",
            "westus3",
        ],
    ),
    ("ZA", &["southafricanorth", "southafricawest", "africa-south1"]),
];

/// Beginnings of names that every cloud uses for one country.
const BEGINNINGS: [(&str, &str); 3] = [("us-", "US"), ("ca-", "CA"), ("cn-", "CN")];
/// A government's own regions: nothing outside of them is the same place.
const GOVERNMENT: &str = "us-gov-";

/// Clouds whose regions are a country's code, or begin with one and a hyphen.
const BY_COUNTRY: [&str; 4] = ["exoscale", "seeweb", "upcloud", "vast-ai"];
/// The codes of ISO 3166-1.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ \
    BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE \
    DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ \
    GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP \
    KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS \
    MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT \
    PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD \
    TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Names that say a continent and no more.
const CONTINENTS: [(&str, &[&str]); 6] = [
    ("AF", &["africa"]),
    ("AS", &["asia"]),
    ("EU", &["eu", "europe"]),
    ("NA", &["north-america", "north_america"]),
    ("OC", &["oceania"]),
    ("SA", &["south-america", "south_america"]),
];

/// Where the region `region` of the cloud `provider` is, if that is known.
#[must_use]
pub fn place(provider: &str, region: &str) -> Option<Place> {
    // Our own cluster is in a region of AWS.
    let provider = if provider == "ecs" { "aws" } else { provider };
    let region = region.to_ascii_lowercase();
    if region.starts_with(GOVERNMENT) {
        return None;
    }
    let named = |names: &&[&str]| names.contains(&region.as_str());
    let of_cloud = || {
        let mut rows = OF_CLOUD.iter();
        rows.find(|(cloud, _, names)| *cloud == provider && named(names)).map(|(_, code, _)| *code)
    };
    let unique = || UNIQUE.iter().find(|(_, names)| named(names)).map(|(code, _)| *code);
    let beginning = || {
        let mut rows = BEGINNINGS.iter();
        rows.find(|(beginning, _)| region.starts_with(beginning)).map(|(_, code)| *code)
    };
    let coded = || {
        let (code, _) = region.split_once('-').unwrap_or((&region, ""));
        let mut codes = COUNTRIES.split(' ').filter(|_| BY_COUNTRY.contains(&provider));
        codes.find(|it| it.eq_ignore_ascii_case(code))
    };
    let country = of_cloud().or_else(unique).or_else(beginning).or_else(coded);
    let country = country.map(Place::Country);
    country.or_else(|| {
        let continent = CONTINENTS.iter().find(|(_, names)| named(names));
        continent.map(|(code, _)| Place::Continent(code))
    })
}

/// Whether `offer` is where `quoted` promised: in its region, or in the country or continent that
/// its region is known to be in. A quote that names no region promises none.
#[must_use]
pub fn keeps_place(offer: &Offer, quoted: &Offer) -> bool {
    if quoted.region == UNSPECIFIED {
        return true;
    }
    let of = |it: &Offer| place(&it.provider, &it.region);
    (offer.provider == quoted.provider && offer.region == quoted.region)
        || of(quoted).is_some_and(|promised| of(offer) == Some(promised))
}

#[cfg(test)]
mod tests;
