// The names of clouds, regions and plans that the API refers to by identifiers.

const CLOUDS: Record<string, string> = {
  akash: "Akash",
  aws: "AWS",
  azure: "Azure",
  coreweave: "CoreWeave",
  dataoorts: "Dataoorts",
  digitalocean: "DigitalOcean",
  gcp: "Google Cloud",
  "genesis-cloud": "Genesis Cloud",
  gpuhub: "GPUhub",
  hyperstack: "Hyperstack",
  "jarvis-labs": "JarvisLabs",
  lambda: "Lambda",
  modal: "Modal",
  novita: "Novita",
  "packet-ai": "Packet.ai",
  qubrid: "Qubrid",
  runpod: "RunPod",
  salad: "Salad",
  spheron: "Spheron",
  tensordock: "TensorDock",
  "thunder-compute": "Thunder Compute",
  "vast-ai": "Vast.ai",
  verda: "Verda",
  vultr: "Vultr",
};

/** A cloud's name in its own spelling; an unknown identifier with its words capitalised. */
export const cloudName = (provider: string): string =>
  CLOUDS[provider] ??
  provider
    .split(/[-_]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");

/** A region's name, or "any region" where the cloud does not say. */
export const regionName = (region: string): string =>
  region === "unspecified" ? "any region" : region;

const STOCK = { none: "Sold out", low: "Few left", medium: "Available", high: "Plenty" } as const;
/** How much of an offer is left, in words. */
export const stockWord = (stock: keyof typeof STOCK): string => STOCK[stock];

const PLANS: Record<string, string> = { free: "Free", pro: "Pro", enterprise: "Enterprise" };
/** A plan's name in sentence case. */
export const planName = (plan: string): string => PLANS[plan] ?? plan;
