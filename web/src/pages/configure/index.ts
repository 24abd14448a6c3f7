export { Configure } from "./configure.tsx";
