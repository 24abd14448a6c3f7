// Leads to how the price of an offer moved.

import { Link } from "@tanstack/react-router";
import { ChartLine } from "lucide-react";

export const PricesLink = ({ id }: { id: string }) => (
  <Link
    to="/offers/$offerId"
    params={{ offerId: id }}
    className={
      "inline-flex items-center gap-2 justify-self-start rounded-sm font-medium " +
      "text-brand-ink hover:underline max-lg:min-h-9"
    }
  >
    <ChartLine size={15} aria-hidden />
    How this price moved
  </Link>
);
