// Where the page of clouds leads.

/** Every offer of a cloud; across kinds of GPU only the price can be compared. */
export const everyOffer = (provider: string) =>
  ({ provider: [provider], sort: "price_asc" }) as const;
