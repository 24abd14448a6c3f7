//! What each local cloud sells and says, in literal numbers and words.

use domain::market::offer::Stock;

/// What is expected of a cloud.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) cloud: &'static str,
    /// How many offers it has, and how much is left of each.
    pub(crate) offers: (usize, Stock),
    /// The cheapest machine with one GPU: its type and region in the cloud's words, and the name of
    /// that type in nobody's words.
    pub(crate) single: (&'static str, &'static str, &'static str),
    /// Its GPU with the GiB of that, its vCPUs, GiB of memory and of disk, and micro-dollars an hour.
    pub(crate) sold: (&'static str, u32, [u32; 3], i64),
    /// Micro-dollars an hour of four such GPUs.
    pub(crate) four_rate: i64,
    pub(crate) ssh_user: &'static str,
    pub(crate) is_stoppable: bool,
    /// How many keys or scripts are made for each machine.
    pub(crate) accessories: usize,
    /// Whether a machine that is off is told apart from one that is on.
    pub(crate) tells_off: bool,
    /// Whether a machine is gone when its end is answered.
    pub(crate) ends_at_once: bool,
    /// How often the end of a machine has to be asked for.
    pub(crate) ends: usize,
    /// What the refusal of a wrong key says.
    pub(crate) wrong_key: &'static str,
    /// Where the state of the first machine stands in the list of machines.
    pub(crate) status: &'static str,
    /// Where the price of the first type stands in the list of what is sold.
    pub(crate) price: &'static str,
    /// Where the first amount stands in the bill of a day; none where there is no such bill.
    pub(crate) charge: Option<&'static str>,
}

const USUAL: Expected = Expected {
    cloud: "",
    offers: (0, Stock::Medium),
    single: ("", "", ""),
    sold: ("", 0, [0; 3], 0),
    four_rate: 0,
    ssh_user: "root",
    is_stoppable: false,
    accessories: 0,
    tells_off: true,
    ends_at_once: true,
    ends: 1,
    wrong_key: "401",
    status: "",
    price: "",
    charge: None,
};

pub(crate) static EXPECTED: &[Expected] = &[
    Expected {
        cloud: "lambda",
        offers: (112, Stock::Medium),
        single: ("gpu_1x_v100", "us-east-1", "gpu_1x_v100"),
        sold: ("V100", 16, [11, 56, 512], 550_000),
        four_rate: 2_200_000,
        accessories: 1,
        ssh_user: "ubuntu",
        ends_at_once: false,
        wrong_key: "global/invalid-api-key",
        status: "/data/0/status",
        price: "/data/gpu_1x_a10/instance_type/price_cents_per_hour",
        ..USUAL
    },
    Expected {
        cloud: "runpod",
        offers: (72, Stock::High),
        single: ("NVIDIA RTX A5000", "US-KS-2", "gpu_1x_rtx_a5000"),
        // With 20 GB of each disk.
        sold: ("RTX A5000", 24, [4, 16, 20], 270_000 + 40 * 139),
        four_rate: 1_080_000 + 40 * 139,
        is_stoppable: true,
        status: "/pods/0/status",
        price: "/gpus/0/price/secure",
        charge: Some("/records/0/totalAmount"),
        ..USUAL
    },
    Expected {
        cloud: "verda",
        offers: (24, Stock::Medium),
        single: ("1RTX6000ADA.10V", "FIN-01", "gpu_1x_rtx_6000_ada"),
        // With 100 GB of disk and 10 Mbit/s.
        sold: ("RTX 6000 Ada", 48, [10, 60, 100], 990_000 + 27_400),
        four_rate: 3_960_000 + 27_400,
        accessories: 1,
        ends_at_once: false,
        status: "/0/status",
        price: "/0/price_per_hour",
        ..USUAL
    },
    Expected {
        cloud: "vultr",
        offers: (32, Stock::Medium),
        single: ("vcg-a16-6c-64g-16vram", "ewr", "gpu_1x_a16"),
        sold: ("A16", 16, [6, 64, 350], 470_000),
        four_rate: 1_880_000,
        wrong_key: "Invalid API token",
        status: "/instances/0/status",
        price: "/plans/0/hourly_cost",
        ..USUAL
    },
    Expected {
        cloud: "digitalocean",
        offers: (16, Stock::Medium),
        single: ("gpu-mi325x1-256gb", "atl1", "gpu_1x_mi325x"),
        sold: ("MI325X", 256, [20, 256, 1_000], 2_100_000),
        four_rate: 8_400_000,
        status: "/droplets/0/status",
        price: "/sizes/0/price_hourly",
        charge: Some("/data_points/0/total_amount"),
        ..USUAL
    },
    Expected {
        cloud: "ecs",
        offers: (4, Stock::Medium),
        single: ("g7.2xlarge", "us-east-1", "gpu_1x_rtx_pro_4500"),
        // With 150 GB of disk and an address.
        sold: ("RTX PRO 4500", 32, [8, 32, 100], 2_520_000 + 25_100),
        four_rate: 10_080_000 + 25_100,
        wrong_key: "InvalidSignatureException",
        status: "/tasks/0/lastStatus",
        price: "/capacityProviders/0/tags/0/value",
        ..USUAL
    },
    Expected {
        cloud: "hyperstack",
        offers: (16, Stock::Medium),
        single: ("n3-RTX-A4000x1", "CANADA-1", "gpu_1x_rtx_a4000"),
        sold: ("RTX A4000", 16, [6, 24, 100], 150_000),
        four_rate: 600_000,
        accessories: 1,
        ssh_user: "ubuntu",
        ends_at_once: false,
        status: "/instances/0/status",
        price: "/0/value",
        charge: Some("/billing_history/billing_history/0/metrics/incurred_bill"),
        ..USUAL
    },
    Expected {
        cloud: "linode",
        offers: (24, Stock::Medium),
        single: ("g2-gpu-rtx4000a1-s", "us-ord", "gpu_1x_rtx4000a"),
        sold: ("RTX 4000 Ada", 20, [4, 16, 500], 520_000),
        four_rate: 2_080_000,
        wrong_key: "Invalid Token",
        status: "/data/0/status",
        price: "/data/0/price/hourly",
        ..USUAL
    },
    Expected {
        cloud: "scaleway",
        offers: (8, Stock::High),
        single: ("3070-1-8G", "fr-par-2", "gpu_1x_rtx3070"),
        // 0.80 euros, and 0.01875 for disk and address, at 1.25 dollars.
        sold: ("RTX 3070", 8, [8, 16, 125], 1_023_438),
        four_rate: 4_023_438,
        status: "/servers/0/state",
        price: "/servers/3070-1-8G/hourly_price",
        charge: Some("/charges/0/price/units"),
        ..USUAL
    },
    Expected {
        cloud: "shadeform",
        offers: (16, Stock::Medium),
        single: ("nimbus/T4", "canada-1", "gpu_1x_t4"),
        sold: ("T4", 16, [4, 16, 100], 450_000),
        four_rate: 1_800_000,
        tells_off: false,
        ssh_user: "shadeform",
        ends_at_once: false,
        status: "/instances/0/status",
        price: "/instance_types/0/hourly_price",
        ..USUAL
    },
    Expected {
        cloud: "voltage-park",
        offers: (8, Stock::Medium),
        single: ("preset-gpu-1x-gb300", "a3111bd4", "gpu_1x_gb300"),
        sold: ("GB300", 288, [36, 240, 960], 6_500_000),
        four_rate: 26_000_000,
        ssh_user: "user",
        status: "/results/0/status",
        price: "/results/0/available_presets/0/compute_rate_hourly",
        ..USUAL
    },
    Expected {
        cloud: "latitude",
        offers: (16, Stock::Medium),
        single: ("g3-a30-1", "DAL", "gpu_1x_a30"),
        sold: ("A30", 24, [16, 128, 960], 950_000),
        four_rate: 3_800_000,
        accessories: 1,
        ssh_user: "ubuntu",
        status: "/data/0/attributes/status",
        price: "/data/0/attributes/regions/0/pricing/USD/hour",
        ..USUAL
    },
    Expected {
        cloud: "vast-ai",
        offers: (16, Stock::Low),
        single: ("1x RTX 3090/31415000", "SE", "gpu_1x_rtx_3090"),
        // With 100 GB of disk.
        sold: ("RTX 3090", 24, [8, 32, 100], 200_000),
        four_rate: 800_000,
        status: "/instances/0/actual_status",
        price: "/offers/0/dph_total",
        charge: Some("/results/0/amount"),
        ..USUAL
    },
    Expected {
        cloud: "cloudrift",
        offers: (16, Stock::Medium),
        single: ("rtx4080s-8c.1", "us-east-nc-nr-1", "gpu_1x_rtx4080s"),
        sold: ("RTX 4080 Super", 16, [8, 40, 150], 290_000),
        four_rate: 1_160_000,
        tells_off: false,
        ssh_user: "riftuser",
        ends_at_once: false,
        status: "/data/instances/0/status",
        price: "/data/instance_types/0/variants/0/cost_per_hour",
        ..USUAL
    },
    Expected {
        cloud: "massed-compute",
        offers: (16, Stock::Medium),
        single: ("gpu_1x_h100_nvl", "us-central-3", "gpu_1x_h100_nvl"),
        sold: ("H100 NVL", 94, [20, 128, 625], 2_110_000),
        four_rate: 8_440_000,
        ssh_user: "Ubuntu",
        ends_at_once: false,
        status: "/runningInstances/0/status",
        price: "/gpu_inventory/gpu_1x_h100_nvl/instance_type/price_cents_per_hour",
        ..USUAL
    },
    Expected {
        cloud: "tensordock",
        offers: (16, Stock::Medium),
        single: (
            "1x geforcertx3080-pcie-10gb/7f0c1a52-joplin",
            "Joplin (United States)",
            "gpu_1x_rtx3080",
        ),
        // With 100 GB of disk.
        sold: ("RTX 3080", 10, [4, 16, 100], 210_000 + 10_000),
        four_rate: 840_000 + 10_000,
        ends_at_once: false,
        status: "/data/attributes/instances/0/attributes/status",
        price: "/data/locations/0/gpus/0/price_per_hr",
        ..USUAL
    },
    Expected {
        cloud: "upcloud",
        offers: (16, Stock::Medium),
        single: ("GPU-4xCPU-16GB-1xRTX3060TI", "fi-hel2", "gpu_1x_rtx3060ti"),
        // 0.40 euros, 0.0465 for the disk and 0.004812 for the address, at 1.25 dollars.
        sold: ("RTX 3060 Ti", 8, [4, 16, 150], 564_140),
        four_rate: 2_064_140,
        status: "/servers/server/0/state",
        price: "/prices/zone/0/server_plan_GPU-4xCPU-16GB-1xRTX3060TI/price",
        ..USUAL
    },
    Expected {
        cloud: "exoscale",
        offers: (4, Stock::Medium),
        single: (
            "gpu3080ti.small/71004023-bb72-4a97-b1e9-000000000001",
            "at-vie-2",
            "gpu_1x_rtx3080ti",
        ),
        // With 150 GB of disk.
        sold: ("RTX 3080 Ti", 12, [8, 28, 150], 800_000 + 21_000),
        four_rate: 3_200_000 + 21_000,
        ssh_user: "ubuntu",
        ends_at_once: false,
        wrong_key: "403",
        status: "/instances/0/state",
        price: "/usd/running_gpu3080ti_small",
        ..USUAL
    },
    Expected {
        cloud: "ovhcloud",
        offers: (8, Stock::Medium),
        single: ("rtx5000-28/00000001-gra11", "GRA11", "gpu_1x_rtx5000"),
        // 0.56 euros at 1.25 dollars.
        sold: ("Quadro RTX 5000", 16, [4, 28, 400], 700_000),
        four_rate: 2_800_000,
        ssh_user: "ubuntu",
        wrong_key: "INVALID_SIGNATURE",
        status: "/0/status",
        price: "/addons/0/pricings/0/price",
        ..USUAL
    },
    Expected {
        cloud: "seeweb",
        offers: (8, Stock::Medium),
        single: ("ECS1GPU7", "it-fr2", "gpu_1x_rtx2080ti"),
        // 0.28 euros at 1.25 dollars.
        sold: ("RTX 2080 Ti", 11, [4, 16, 250], 350_000),
        four_rate: 1_400_000,
        tells_off: false,
        ends_at_once: false,
        status: "/server/0/status",
        price: "/plans/0/hourly_price",
        ..USUAL
    },
    Expected {
        cloud: "novita",
        offers: (16, Stock::Medium),
        single: ("1x rtx4070ti.12g/c6", "US-CA-06", "gpu_1x_rtx4070ti"),
        sold: ("RTX 4070 Ti", 12, [12, 48, 60], 220_000),
        four_rate: 880_000,
        ends_at_once: false,
        status: "/instances/0/status",
        price: "/data/0/price",
        ..USUAL
    },
    Expected {
        cloud: "gcore",
        offers: (8, Stock::Medium),
        single: ("g3-ai-12-48-300-rtxa4500-20-1", "Luxembourg-2", "gpu_1x_rtxa4500"),
        // With 120 GiB of disk and an address.
        sold: ("RTX A4500", 20, [12, 48, 120], 410_000 + 27_500),
        four_rate: 1_640_000 + 27_500,
        ssh_user: "ubuntu",
        ends_at_once: false,
        status: "/results/0/status",
        price: "/results/0/price/price_per_hour",
        ..USUAL
    },
    Expected {
        cloud: "e2e-networks",
        offers: (8, Stock::Medium),
        single: ("GDC-1xQuadro-RTX-4000-Ubuntu-22.04-GPU-Delhi", "Delhi", "gpu_1x_rtx4000"),
        // 30.40 rupees at 0.0125 dollars.
        sold: ("Quadro RTX 4000", 8, [10, 40, 250], 380_000),
        four_rate: 1_520_000,
        ends_at_once: false,
        status: "/data/0/status",
        price: "/data/0/specs/price_per_hour",
        ..USUAL
    },
    Expected {
        cloud: "tencent",
        offers: (16, Stock::Medium),
        single: ("GN6S.1XLARGE32", "eu-frankfurt-1", "gpu_1x_p4"),
        // With 100 GB of disk.
        sold: ("P4", 8, [4, 32, 100], 520_000 + 12_500 + 80_000),
        four_rate: 2_080_000 + 12_500 + 80_000,
        ends: 2,
        ssh_user: "ubuntu",
        ends_at_once: false,
        wrong_key: "AuthFailure.SignatureFailure",
        status: "/Response/InstanceSet/0/InstanceState",
        price: "/Response/InstanceTypeQuotaSet/0/Price/UnitPrice",
        ..USUAL
    },
];
