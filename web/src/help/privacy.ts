// What is kept about a person, for how long, and who else sees it.

import { type HelpPage } from "./text.ts";

export const privacy: HelpPage = {
  title: "Privacy",
  intro:
    "What this service keeps about you, and which companies process it. There is no " +
    "advertising, no analytics and no tracking.",
  sections: [
    {
      title: "What is kept",
      body: [
        [
          "Your account: name, email address, plan. Your password is kept by Amazon Cognito, " +
            "from which nobody can read it.",
          "Your public SSH keys, drafts and pods, with their events.",
          "Your wallet, statement and invoices, which bookkeeping requires us to keep.",
          "Of a card: its brand, its last four digits and when it expires. The number itself " +
            "goes to Stripe and never to us.",
          "Notifications and price alerts for 90 days, and technical logs, usually for 30 days. " +
            "Logs hold no passwords, keys or card numbers.",
        ],
        "What is on your machine’s disk is yours. We do not look at it, and it is gone when " +
          "the pod ends.",
      ],
    },
    {
      title: "In your browser",
      body: [
        "One cookie keeps you signed in. The browser’s storage remembers your theme, the " +
          "look of this site, and what you had begun. None of it identifies you to anyone " +
          "else.",
      ],
    },
    {
      title: "Who processes it",
      body: [
        [
          "Amazon Web Services: everything this service runs on and stores, and the emails it " +
            "sends.",
          "Stripe: card payments and subscriptions.",
          "The GPU cloud you deploy on: the machine’s configuration and your public SSH " +
            "keys, but not your name, address or card. In the SANDBOX no cloud is called.",
        ],
      ],
    },
    {
      title: "Your rights",
      body: [
        "You can see your details in your account, change your password, and remove keys, " +
          "cards and drafts. For a copy of everything, or to have your account deleted, ask " +
          "whoever runs this site: the app cannot do either by itself yet.",
      ],
    },
  ],
};
