// The tabs of the billing page, as named in its address.

export const BILLING_TABS = ["wallet", "statement", "usage", "invoices", "cards", "plan"] as const;
export type BillingTab = (typeof BILLING_TABS)[number];
