export { Billing } from "./billing.tsx";
export { Invoice } from "./invoice.tsx";
