export { Register } from "./register.tsx";
export { Verify } from "./verify.tsx";
export { Login } from "./login.tsx";
export { Forgot } from "./forgot.tsx";
export { Reset } from "./reset.tsx";
