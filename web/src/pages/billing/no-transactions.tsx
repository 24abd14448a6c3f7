// A statement or ledger without a line.

import { ButtonLink, Empty } from "../../ui/index.ts";

export const NoTransactions = () => (
  <Empty
    title="No transactions yet"
    action={
      <ButtonLink to="/billing" search={{}} tone="primary">
        Add money
      </ButtonLink>
    }
  >
    Payments, free credit and what your pods use are listed here.
  </Empty>
);
