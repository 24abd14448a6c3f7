// How to use the product, on one page.

import { html } from "../landing/html.ts";
import { type HelpPage, link } from "./text.ts";

export const docs: HelpPage = {
  title: "Docs",
  intro: "From a price to a running GPU, and what happens to your money on the way.",
  sections: [
    {
      title: "Find a machine",
      body: [
        html`${link("/offers", "Browse GPUs")} lists what the connected clouds sell now. Choose one
        GPU first: offers are ranked by value among machines that can be compared, and each says why
        it stands where it does. The weights are yours to change.`,
        "On demand means the machine is yours until you end it. Spot machines cost less, but " +
          "their cloud may take them back at any time.",
        "When a cloud takes a machine away, its pod ends, charged to that second, and what was " +
          "on its disk is lost. If you chose this when configuring it, the pod is then deployed " +
          "again on a new machine at the same price. You pay for it once it answers, " +
          "without another activation. If your wallet lacks the money for its first hour, it is " +
          "not deployed, and the pod’s page says so.",
      ],
    },
    {
      title: "Deploy a pod",
      body: [
        [
          "Choose a template and the size of the disk, and add an SSH key if you want to log in.",
          "Review the price. It is held for 60 seconds, and it is the price you pay.",
          "Deploy. Money for the first hour is set aside in your wallet, not spent.",
          "When the machine answers, activate the pod on its page or with the link we email you. " +
            "Nothing is charged until then.",
        ],
        "If the cloud is sold out, the next offer at your price or below takes its place: as " +
          "good a machine in the same country, billed no worse and stopped for no more. You can " +
          "let us look in any region. If there is none, the deploy fails and the money set aside " +
          "is released.",
      ],
    },
    {
      title: "Connect",
      body: [
        "The pod’s page shows the SSH command and, with a Jupyter template, the address of " +
          "its notebook. Both are shown to you only.",
        html`<code class="rounded-sm bg-sunk px-1.5 py-0.5 font-mono text-label"
          >ssh -p 41822 root@198.51.100.7</code
        >`,
      ],
    },
    {
      title: "Pay",
      body: [
        [
          "A running pod is charged by the second, at the price you saw.",
          "A stopped pod costs only the price of its disk, which you also saw. Not every " +
            "cloud can stop a machine; then you can only end it.",
          "Free credit is spent first. Money you pay in does not expire.",
          "Before your wallet is empty we warn you, and then the pod is stopped. Unless we " +
            "agreed on credit terms, you never owe us more than you paid in.",
        ],
        html`Everything is listed in your ${link("/billing?tab=statement", "statement")}. An invoice
        becomes final, and is emailed, when its month is over.`,
      ],
    },
    {
      title: "SANDBOX and LIVE",
      body: [
        "In the SANDBOX, clouds are simulated, a new account gets free credit and only test " +
          "cards are taken: 4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined. LIVE " +
          "rents real machines for real money.",
      ],
    },
    {
      title: "API",
      body: [
        html`Everything this app does goes through a public HTTP API, described by
        ${link("/openapi.json", "its OpenAPI document")}.`,
      ],
    },
  ],
};
