export { Pods } from "./pods.tsx";
