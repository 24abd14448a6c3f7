//! The names of GPU clouds, as they write them themselves.

/// Identifier and name of every cloud that the product knows.
pub const CLOUDS: [(&str, &str); 35] = [
    ("akash", "Akash"),
    ("aws", "AWS"),
    ("azure", "Azure"),
    ("cloudrift", "CloudRift"),
    ("coreweave", "CoreWeave"),
    ("dataoorts", "Dataoorts"),
    ("digitalocean", "DigitalOcean"),
    ("e2e-networks", "E2E Networks"),
    ("ecs", "AWS ECS"),
    ("gcore", "Gcore"),
    ("gcp", "Google Cloud"),
    ("genesis-cloud", "Genesis Cloud"),
    ("gpuhub", "GPUhub"),
    ("hyperstack", "Hyperstack"),
    ("jarvis-labs", "JarvisLabs"),
    ("lambda", "Lambda"),
    ("latitude", "Latitude.sh"),
    ("linode", "Linode"),
    ("massed-compute", "Massed Compute"),
    ("modal", "Modal"),
    ("novita", "Novita"),
    ("packet-ai", "Packet.ai"),
    ("qubrid", "Qubrid"),
    ("runpod", "RunPod"),
    ("salad", "Salad"),
    ("scaleway", "Scaleway"),
    ("shadeform", "Shadeform"),
    ("spheron", "Spheron"),
    ("tencent", "Tencent Cloud"),
    ("tensordock", "TensorDock"),
    ("thunder-compute", "Thunder Compute"),
    ("vast-ai", "Vast.ai"),
    ("verda", "Verda"),
    ("voltage-park", "Voltage Park"),
    ("vultr", "Vultr"),
];

/// The name of the cloud `provider`; the identifier itself for one that is not known.
#[must_use]
pub fn cloud_name(provider: &str) -> &str {
    CLOUDS.iter().find(|(id, _)| *id == provider).map_or(provider, |(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cloud_goes_by_its_own_name() {
        assert_eq!(cloud_name("gcp"), "Google Cloud");
        assert_eq!(cloud_name("a-new-cloud"), "a-new-cloud");
        assert!(CLOUDS.is_sorted_by_key(|(id, _)| *id));
    }
}
