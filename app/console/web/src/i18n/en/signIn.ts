import type { Texts } from "../texts";

export const signIn: Texts["signIn"] = {
  title: "Sign in",
  login: "Login",
  password: "Password",
  showPassword: "Show the password",
  hidePassword: "Hide the password",
  submit: "Sign in",
  submitting: "Signing in…",
  missing: "Please enter your login and your password.",
  codeTitle: "Second step",
  codeHint: "Open your authenticator app and enter the six digits it shows now.",
  code: "One-time code",
  codeSubmit: "Check and sign in",
  back: "Back to login and password",
};
