//! The table of GPU models.

/// A GPU model.
#[derive(Debug, PartialEq)]
pub struct Model {
    /// Canonical name, unique.
    pub name: &'static str,
    /// The name shared by all form factors of the model.
    pub family: &'static str,
    /// Memory sizes it is made with, in GiB as its maker prints them, the usual one first.
    pub memory_gib: &'static [u32],
    /// Dense BF16 throughput in TFLOPS; see [`MODELS`] for what exactly and from where.
    pub bf16_tflops: Option<f64>,
    /// Further spellings, lower-case letters and digits only.
    pub spellings: &'static [&'static str],
}

macro_rules! models {
    ($($name:literal of $family:literal, $memory:expr, $tflops:expr, $spellings:expr;)*) => {
        /// Every model we know.
        ///
        /// Throughput is the peak dense BF16 matrix rate with FP32 accumulation, the only one that both
        /// training cards and gaming cards can be compared by. Cards older than BF16 (Volta, Turing,
        /// Pascal) carry their FP16 rate, which is what they compute half precision in. Where a maker
        /// prints only a figure with 2:4 sparsity it is halved; where a gaming or RTX PRO page prints
        /// only FP8 or FP4 "AI TOPS" with sparsity, BF16 follows from the fixed ratios of the
        /// architecture papers: ÷ 4 or ÷ 8, and half of that on gaming cards, which accumulate in FP32
        /// at half rate. Cards without matrix units carry the plain FP16 rate if the maker prints one
        /// (P100, V520). A bare family carries the lowest figure of its form factors, so that nobody is
        /// promised more than is sold. `None` is unknown, never a guess; it ranks as the slowest.
        ///
        /// Sources, by group:
        ///
        /// - B200, B300, GB200, GB300, GH200, H100, H200, A100, L40S, MI300X, MI325X, MI355X: the table
        ///   "TFLOPS comparison" of <https://github.com/stas00/ml-engineering/tree/master/compute/accelerator>,
        ///   which links each maker's data sheet.
        /// - `GeForce` RTX 50 and RTX PRO:
        ///   <https://images.nvidia.com/aem-dam/Solutions/geforce/blackwell/nvidia-rtx-blackwell-gpu-architecture.pdf>.
        /// - `GeForce` RTX 40, RTX Ada, L4, L40:
        ///   <https://images.nvidia.com/aem-dam/Solutions/geforce/ada/nvidia-ada-gpu-architecture.pdf>.
        /// - `GeForce` RTX 30, RTX A, A10, A16, A40:
        ///   <https://www.nvidia.com/content/PDF/nvidia-ampere-ga-102-gpu-architecture-whitepaper-v2.pdf>.
        /// - Turing and Volta:
        ///   <https://images.nvidia.com/aem-dam/en-zz/Solutions/design-visualization/technologies/turing-architecture/NVIDIA-Turing-Architecture-Whitepaper.pdf>,
        ///   <https://images.nvidia.com/content/volta-architecture/pdf/volta-architecture-whitepaper.pdf>.
        pub static MODELS: &[Model] = &[$(Model {
            name: $name,
            family: $family,
            memory_gib: &$memory,
            bf16_tflops: $tflops,
            spellings: &$spellings,
        }),*];
    };
}

models! {
    // NVIDIA data centre. An HGX board carries SXM modules and nothing else, so `HGX…` tells the form
    // factor; `NVLink` alone does not, since PCIe cards are bridged with it too (except V100).
    // 192 GB was announced for B200 and is still printed; 180 GB is what it has, within tolerance.
    "GB300" of "GB300", [288], Some(2500.0), ["gb300sxm6", "gb300nvl72"];
    "GB200" of "GB200", [192, 186], Some(2500.0), ["gb200sxm6", "gb200nvl72"];
    "B300" of "B300", [288], Some(2250.0), ["b300sxm", "b300sxm6", "b300sxm6ac", "hgxb300"];
    "B200" of "B200", [180], Some(2250.0), ["b200sxm", "b200sxm6", "b200nvl", "hgxb200"];
    "GH200" of "GH200", [96, 144], Some(989.5), ["gh200sxm", "gh200480gb", "gracehoppergh200"];
    "H200" of "H200", [141], Some(835.5), [];
    "H200 SXM" of "H200", [141], Some(989.5), ["h200sxm5", "hgxh200"];
    "H200 NVL" of "H200", [141], Some(835.5), ["h200pcie"];
    "H100" of "H100", [80], Some(756.5), ["h100nvlink"];
    "H100 SXM" of "H100", [80], Some(989.5),
        ["h100sxm5", "hgxh100", "hgxh100sxm", "hgxh100sxm5", "h100hbm3", "h100mega"];
    "H100 PCIe" of "H100", [80], Some(756.5), ["h100pci", "h100pcienvlink"];
    "H100 NVL" of "H100", [94], Some(835.5), ["h100"];
    "H20" of "H20", [96, 141], Some(148.0), ["h20sxm"];
    "A100" of "A100", [80, 40], Some(312.0), ["a100nvlink"];
    "A100 SXM" of "A100", [80, 40], Some(312.0), ["a100sxm4", "hgxa100"];
    "A100 PCIe" of "A100", [80, 40], Some(312.0), ["a100pci"];
    "A800" of "A800", [80, 40], Some(312.0), ["a800sxm4", "a800pcie"];
    "A40" of "A40", [48], Some(149.7), ["a40pcie"];
    "A30" of "A30", [24], Some(165.0), ["a30pcie"];
    "A16" of "A16", [16], Some(17.9), [];
    "A10" of "A10", [24], Some(125.0), ["a10pcie", "a10tensorcore"];
    "A10G" of "A10G", [24], Some(70.0), [];
    "A2" of "A2", [16], Some(18.0), [];
    "L40S" of "L40S", [48], Some(362.0), ["l40spcie"];
    "L40" of "L40", [48], Some(181.0), [];
    "L4" of "L4", [24], Some(121.0), ["l4pcie"];
    "T4" of "T4", [16], Some(65.0), [];
    "T4G" of "T4G", [16], None, [];
    "V100" of "V100", [16, 32], Some(112.0), [];
    "V100 SXM" of "V100", [16, 32], Some(125.0), ["v100sxm2", "v100sxm3", "v100nvlink"];
    "V100 PCIe" of "V100", [16, 32], Some(112.0), [];
    "P100" of "P100", [16, 12], Some(18.7), ["p100pcie", "p100sxm2"];
    "P40" of "P40", [24], None, [];
    "P4" of "P4", [8], None, [];
    "M60" of "M60", [8], None, [];

    // NVIDIA workstation. The bare `RTX 4000`, `5000` and `6000` are the Turing Quadros; memory tells
    // the Ada cards from them. `RTXPRO-A6000SE` mixes two names: only the RTX PRO 6000 has a Server
    // Edition and 96 GiB. Its editions (WE, SE, and CC for confidential computing) are one chip, one
    // memory and one printed rate, so they are one model; Max-Q runs at half the power.
    "Quadro RTX 6000" of "Quadro RTX 6000", [24], Some(130.5), ["rtx6000"];
    "Quadro RTX 5000" of "Quadro RTX 5000", [16], Some(89.2), ["rtx5000"];
    "Quadro RTX 4000" of "Quadro RTX 4000", [8], Some(57.0), ["rtx4000"];
    "RTX PRO 6000" of "RTX PRO 6000", [96], Some(500.0),
        ["rtxpro6000cc", "rtxpro6000se", "rtxpro6000we", "rtxproa6000se", "rtx6000pro", "rtx6000",
        "rtxpro6000blackwell", "rtxpro6000blackwellserveredition",
        "rtxpro6000blackwellworkstationedition", "rtxpro6000server"];
    "RTX PRO 6000 Max-Q" of "RTX PRO 6000", [96], Some(438.9),
        ["rtxpro6000blackwellmaxqworkstationedition", "rtxpro6000blackwellmaxq"];
    "RTX PRO 4500" of "RTX PRO 4500", [32], None,
        ["rtxpro4500blackwell", "rtxpro4500se", "rtxpro4500blackwellserveredition"];
    "RTX 6000 Ada" of "RTX 6000 Ada", [48], Some(364.2),
        ["rtx6000", "rtx6000adageneration", "6000ada", "rtx6000adapcie"];
    "RTX 5000 Ada" of "RTX 5000 Ada", [32], Some(261.1),
        ["rtx5000", "rtx5000adageneration", "5000ada"];
    "RTX 4000 Ada" of "RTX 4000 Ada", [20], Some(81.9),
        ["rtx4000", "rtx4000adageneration", "rtx4000sffada", "4000ada"];
    "RTX A6000" of "RTX A6000", [48], Some(154.8), ["a6000"];
    "RTX A5000" of "RTX A5000", [24], Some(111.1), ["a5000"];
    "RTX A4500" of "RTX A4500", [20], Some(94.6), ["a4500"];
    "RTX A4000" of "RTX A4000", [16], Some(76.7), ["a4000"];

    // NVIDIA GeForce. Cards modified to more memory, or clocked higher, stay their model: the memory
    // an offer carries tells the former, nobody measured the latter.
    "RTX 5090" of "RTX 5090", [32], Some(209.5), [];
    "RTX 5080" of "RTX 5080", [16], Some(112.6), [];
    "RTX 5070 Ti" of "RTX 5070 Ti", [16], Some(87.9), [];
    "RTX 5070" of "RTX 5070", [12], Some(61.7), [];
    "RTX 5060 Ti" of "RTX 5060 Ti", [16, 8], Some(47.4), [];
    "RTX 4090" of "RTX 4090", [24], Some(165.2), [];
    "RTX 4080 Super" of "RTX 4080 Super", [16], Some(104.5), ["rtx4080s"];
    "RTX 4080" of "RTX 4080", [16], Some(97.5), [];
    "RTX 4070 Ti Super" of "RTX 4070 Ti Super", [16], Some(88.2), ["rtx4070tis"];
    "RTX 4070 Ti" of "RTX 4070 Ti", [12], Some(80.2), [];
    "RTX 4070 Super" of "RTX 4070 Super", [12], Some(71.0), ["rtx4070s"];
    "RTX 4070" of "RTX 4070", [12], Some(58.3), [];
    "RTX 4060 Ti" of "RTX 4060 Ti", [16, 8], Some(44.1), [];
    "RTX 4060" of "RTX 4060", [8], Some(30.2), [];
    "RTX 3090 Ti" of "RTX 3090 Ti", [24], Some(80.0), [];
    "RTX 3090" of "RTX 3090", [24], Some(71.2), [];
    "RTX 3080 Ti" of "RTX 3080 Ti", [12], Some(68.2), [];
    "RTX 3080" of "RTX 3080", [10, 12], Some(59.5), [];
    "RTX 3070 Ti" of "RTX 3070 Ti", [8], Some(43.5), [];
    "RTX 3070" of "RTX 3070", [8], Some(40.6), [];
    "RTX 3060 Ti" of "RTX 3060 Ti", [8], Some(32.4), [];
    "RTX 3060" of "RTX 3060", [12, 8], Some(25.5), [];
    "RTX 3050" of "RTX 3050", [8, 6], Some(18.2), [];
    "RTX 2080 Ti" of "RTX 2080 Ti", [11], Some(53.8), [];
    "RTX 2080" of "RTX 2080", [8], Some(40.3), [];
    "RTX 2070" of "RTX 2070", [8], Some(29.9), [];
    "RTX 2060" of "RTX 2060", [6, 12], Some(25.8), [];
    "GTX 1660 Super" of "GTX 1660 Super", [6], None, ["gtx1660s"];
    "GTX 1660" of "GTX 1660", [6], None, [];
    "GTX 1650" of "GTX 1650", [4], None, [];
    "GTX 1080 Ti" of "GTX 1080 Ti", [11], None, [];
    "GTX 1080" of "GTX 1080", [8], None, [];
    "GTX 1070" of "GTX 1070", [8], None, [];
    "GTX 1060" of "GTX 1060", [6, 3], None, [];
    "GTX 1050 Ti" of "GTX 1050 Ti", [4], None, [];

    // AMD.
    "MI355X" of "MI355X", [288], Some(2516.6), ["mi355xoam"];
    "MI350X" of "MI350X", [288], Some(2309.6), ["mi350xoam"];
    "MI325X" of "MI325X", [256], Some(1307.4), ["mi325xoam"];
    "MI300X" of "MI300X", [192], Some(1307.4), ["mi300xoam"];
    "Radeon Pro V520" of "Radeon Pro V520", [8], Some(14.7), ["v520", "prov520"];
}
