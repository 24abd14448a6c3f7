// The steps to a first pod.

interface FirstStep {
  name: "money" | "key" | "choose" | "deploy";
  title: string;
  text: string;
  done: boolean;
}

/**
 * In SANDBOX there is credit from the start; in LIVE money comes first, and keys are added while
 * configuring.
 */
export function firstSteps({
  live,
  keys,
  drafts,
  available,
}: {
  live: boolean;
  keys: number;
  drafts: number;
  available: number;
}): FirstStep[] {
  const first: FirstStep = live
    ? {
        name: "money",
        title: "Add money",
        text: "Pods are paid for from your wallet. What you do not use stays yours.",
        done: available > 0,
      }
    : {
        name: "key",
        title: "Add an SSH key",
        text: "It lets you log in to your pods. Jupyter works without one.",
        done: keys > 0,
      };
  return [
    first,
    {
      name: "choose",
      title: "Choose a GPU",
      text:
        "Offers from every cloud, ranked by what you get for the money. Save one as a draft or " +
        "continue at once.",
      done: drafts > 0,
    },
    {
      name: "deploy",
      title: "Deploy and activate",
      text:
        "We hold the price while you review. When your pod is ready we email you a link; you pay " +
        "from the moment you open it and press Activate.",
      done: false,
    },
  ];
}
