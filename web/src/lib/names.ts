// The one table of names for what the API refers to by identifiers; no page shows an identifier.

const CLOUDS: Record<string, string> = {
  akash: "Akash",
  aws: "AWS",
  azure: "Azure",
  cloudrift: "CloudRift",
  coreweave: "CoreWeave",
  dataoorts: "Dataoorts",
  digitalocean: "DigitalOcean",
  "e2e-networks": "E2E Networks",
  ecs: "AWS ECS",
  gcore: "Gcore",
  gcp: "Google Cloud",
  "genesis-cloud": "Genesis Cloud",
  gpuhub: "GPUhub",
  hyperstack: "Hyperstack",
  "jarvis-labs": "JarvisLabs",
  lambda: "Lambda",
  latitude: "Latitude.sh",
  linode: "Linode",
  "massed-compute": "Massed Compute",
  modal: "Modal",
  novita: "Novita",
  "packet-ai": "Packet.ai",
  qubrid: "Qubrid",
  runpod: "RunPod",
  salad: "Salad",
  scaleway: "Scaleway",
  shadeform: "Shadeform",
  spheron: "Spheron",
  tencent: "Tencent Cloud",
  tensordock: "TensorDock",
  "thunder-compute": "Thunder Compute",
  "vast-ai": "Vast.ai",
  verda: "Verda",
  "voltage-park": "Voltage Park",
  vultr: "Vultr",
};

/** An identifier that no table names: its words, the first one capitalised. */
const spelled = (id: string): string => {
  const words = id.split(/[-_]/).join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** A cloud's name in its own spelling; an unknown one with its words capitalised. */
export const cloudName = (provider: string): string =>
  CLOUDS[provider] ?? provider.split(/[-_]/).map(spelled).join(" ");

/** A region as its cloud names it, or null where the cloud does not say. */
export const statedRegion = (region: string): string | null =>
  region === "unspecified" ? null : region;

/** The same, in words where the cloud does not say. */
export const regionName = (region: string): string => statedRegion(region) ?? "any region";

/** A country's English name by its ISO 3166-1 code; the code itself for one that is not known. */
export function countryName(code: string): string {
  const known = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  return /^[a-z]{2}$/i.test(code) ? (known.of(code.toUpperCase()) ?? code) : code;
}

const STOCK = { none: "Sold out", low: "Few left", medium: "Available", high: "Plenty" } as const;
/** How much of an offer is left, in words. */
export const stockWord = (stock: keyof typeof STOCK): string => STOCK[stock];

const PLANS: Record<string, string> = { free: "Free", pro: "Pro", enterprise: "Enterprise" };
/** A plan's name in sentence case. */
export const planName = (plan: string): string => PLANS[plan.toLowerCase()] ?? spelled(plan);
