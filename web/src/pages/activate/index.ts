export { Activate } from "./activate.tsx";
