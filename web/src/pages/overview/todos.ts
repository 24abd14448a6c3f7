// What a person could do next, the most urgent first: each with the page where it is done.

import type { LinkProps } from "@tanstack/react-router";
import type { Shape } from "../../api/client.ts";
import { had, rate } from "../../lib/money.ts";
import { planName } from "../../lib/names.ts";
import { span } from "../../lib/time.ts";
import { burnRate } from "../../nouns/money/burn.ts";

export interface Todo {
  id: string;
  title: string;
  text: string;
  action: string;
  to: Pick<LinkProps, "to" | "search">;
}

interface Facts {
  me: Pick<Shape<"MeView">, "plan" | "plan_wanted" | "email_verified"> | undefined;
  subscription: Pick<Shape<"SubscriptionView">, "plan" | "status"> | null | undefined;
  wallet: Pick<Shape<"WalletDetails">, "available_usd_micros" | "grants"> | undefined;
  pods: readonly Pick<Shape<"PodView">, "state" | "price">[];
  keys: number | undefined;
  drafts: Shape<"DraftView">[];
  now: number;
}

/** Free credit that expires within this time is worth a reminder. */
const SOON_MS = 7 * 86_400_000;
const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const planIsFull = (pods: number) =>
  pods === 1
    ? "The one pod of your plan is in use"
    : `All ${pods.toLocaleString("en-US")} pods of your plan are in use`;

function ofPlan({ me, subscription, pods }: Facts): (Todo | false | undefined)[] {
  const waits = me && me.plan_wanted !== "free" && me.plan_wanted !== me.plan.id;
  const failed = subscription?.status === "past_due" || subscription?.status === "unpaid";
  const running = pods.filter(({ state }) => state !== "stopped").length;
  return [
    failed && {
      id: "payment",
      title: `Your payment for ${planName(subscription.plan)} failed`,
      text: "Add a card that works to keep the plan.",
      action: "Change the card",
      to: { to: "/billing", search: { tab: "cards" } },
    },
    waits &&
      !failed && {
        id: "plan",
        title: `${planName(me.plan_wanted)} starts with its first payment`,
        text: `Until then you are on ${planName(me.plan.id)}.`,
        action: `Pay for ${planName(me.plan_wanted)}`,
        to: { to: "/pay", search: { plan: me.plan_wanted, interval: "month" } },
      },
    me &&
      me.plan.id !== "enterprise" &&
      running >= me.plan.running_pods_max && {
        id: "limit",
        title: planIsFull(me.plan.running_pods_max),
        text: "A larger plan lets you run more at a time.",
        action: "Compare plans",
        to: { to: "/billing", search: { tab: "plan" } },
      },
  ];
}

function ofMoney({ wallet, pods, now }: Facts): (Todo | false | undefined)[] {
  const stopped = pods.filter(({ state }) => state === "stopped");
  const grant = wallet?.grants[0];
  const soon = grant && Date.parse(grant.expires_at) - now;
  return [
    wallet !== undefined &&
      wallet.available_usd_micros <= 0 && {
        id: "empty",
        title: "You have no money for another pod",
        text: "Deploying holds the price of the first hour.",
        action: "Top up",
        to: { to: "/billing" },
      },
    burnRate(stopped) > 0 && {
      id: "stopped",
      title:
        `${plural(stopped.length, "stopped pod")} cost ${rate(burnRate(stopped))} an hour`.replace(
          "1 stopped pod cost",
          "1 stopped pod costs",
        ),
      text: "Their disks are kept. End what you no longer need.",
      action: "Open your pods",
      to: { to: "/pods" },
    },
    grant !== undefined &&
      soon !== undefined &&
      soon < SOON_MS && {
        id: "grant",
        title: `${had(grant.amount_usd_micros)} of free credit expires in ${span(soon / 1000)}`,
        text: "It is spent before your own money.",
        action: "Browse GPUs",
        to: { to: "/offers" },
      },
  ];
}

function ofSetup({ me, keys, drafts }: Facts): (Todo | false | undefined)[] {
  const draft = drafts.reduce<Shape<"DraftView"> | undefined>(
    (newest, one) => (!newest || one.updated_at > newest.updated_at ? one : newest),
    undefined,
  );
  return [
    me?.email_verified === false && {
      id: "email",
      title: "Your email is not verified",
      text: "Verify it so that you can recover your account.",
      action: "Verify your email",
      to: { to: "/account" },
    },
    draft && {
      id: "draft",
      title: `Resume ${draft.fields.name ?? "your draft"}`,
      text:
        drafts.length > 1
          ? `The newest of your ${drafts.length} drafts.`
          : "A pod that you have not deployed yet.",
      action: "Resume",
      to: { to: "/configure", search: { draft: draft.id } },
    },
    keys === 0 && {
      id: "key",
      title: "Add an SSH key",
      text: "New pods let you log in with it.",
      action: "Add a key",
      to: { to: "/account" },
    },
  ];
}

export const todosOf = (facts: Facts): Todo[] =>
  [...ofPlan(facts), ...ofMoney(facts), ...ofSetup(facts)].filter((todo) =>
    Boolean(todo),
  ) as Todo[];
