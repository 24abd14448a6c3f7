export { Pay } from "./pay.tsx";
