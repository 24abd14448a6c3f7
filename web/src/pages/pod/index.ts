export { Pod } from "./pod.tsx";
