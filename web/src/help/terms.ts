// What a customer and the broker agree to, in plain words.

import { html } from "../landing/html.ts";
import { type HelpPage, link } from "./text.ts";

export const terms: HelpPage = {
  title: "Terms",
  intro:
    "What you can expect from this service, and what it expects from you, in plain words. " +
    "Whoever runs this site is your contract partner and may add terms of their own.",
  sections: [
    {
      title: "What you buy",
      body: [
        "We are a broker: the machine belongs to a GPU cloud, we rent it for you, and you " +
          "pay us. The price on the review page shows every part: the cloud’s price, our " +
          "brokerage, and this broker’s markup if there is one.",
        "A cloud can take a spot machine back at any time, and any machine can fail. Keep " +
          "copies of what matters: a disk is lost for good when its pod ends. If you chose to " +
          "have a pod deployed again, a new one with an empty disk takes its place.",
      ],
    },
    {
      title: "What is charged",
      body: [
        [
          "Pods: by the second, from your activation until you stop or end the pod, at the " +
            "price you saw. A stopped pod costs the price of its disk. A pod that takes a lost " +
            "one’s place, because you chose that, is charged from when its machine answers.",
          "Plans: each month or each year in advance, by card, until you cancel.",
          "A deploy that fails, or that you do not activate, costs nothing.",
        ],
      ],
    },
    {
      title: "Refunds",
      body: [
        [
          "Money set aside for a pod is released as soon as its charging ends.",
          "A cancelled plan stays until the end of the period you paid for, and then ends. " +
            "That payment is not refunded.",
          "Money in your wallet does not expire. Free credit does, on the day shown in your " +
            "wallet, and it cannot be paid out.",
          "If we charged you wrongly, we give it back. Tell whoever runs this site.",
        ],
      ],
    },
    {
      title: "What you may not do",
      body: [
        "Do not use machines for what is against the law where you or they are, to attack " +
          "others, or to get around a cloud’s own rules. We may end pods that do, and then " +
          "charge only what they have used.",
      ],
    },
    {
      title: "The SANDBOX",
      body: [
        "The SANDBOX is for trying things out. Nothing there is real: no machine, no money, " +
          "no charge. It can be reset without notice.",
      ],
    },
    {
      title: "See also",
      body: [html`${link("/privacy.html", "Privacy")}: what is kept about you, and by whom.`],
    },
  ],
};
