// The tabs of the billing page, as its address names them.

export const BILLING_TABS = ["wallet", "statement", "usage", "invoices", "cards", "plan"] as const;
export type BillingTab = (typeof BILLING_TABS)[number];
