/** Signing in: login and password, then, if the account has one, the second step. Nothing typed is lost on an error. */

import { Button, Input } from "antd";
import { useEffect, useId, useRef, useState, type FormEvent } from "react";

import { Problem } from "../api/request";
import { useLanguage } from "../i18n/language";
import { problemInWords } from "../i18n/problem";
import { LanguageSwitch } from "../shell/LanguageSwitch";
import { useSignIn } from "./session";
import "./sign-in.css";

export function SignIn() {
  const { t, language } = useLanguage();
  const signIn = useSignIn();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [step, setStep] = useState<"password" | "code">("password");
  const [said, setSaid] = useState<string | null>(null);
  const ids = { login: useId(), password: useId(), code: useId(), said: useId() };
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    document.title = `${t.signIn.title} · ${t.common.service}`;
  }, [t]);
  useEffect(() => {
    form.current?.querySelector<HTMLInputElement>(step === "code" ? "[name=code]" : "[name=login]")?.focus();
  }, [step]);

  function refused(error: unknown): void {
    if (error instanceof Problem && error.code === "second_factor_required") {
      setSaid(step === "code" ? t.common.errors.second_factor_wrong : null);
      setStep("code");
      return;
    }
    setSaid(problemInWords(error, t, language));
    // A wrong password shows only now, when the second step was asked for by an older answer.
    if (error instanceof Problem && error.code === "sign_in_failed") setStep("password");
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (!login.trim() || !password) {
      setSaid(t.signIn.missing);
      return;
    }
    setSaid(null);
    const credentials = { login: login.trim(), password };
    signIn.mutate(step === "code" ? { ...credentials, code: code.replace(/\s/g, "") } : credentials, {
      onError: refused,
    });
  }

  return (
    <div className="whole-page">
      <header className="sign-in-language">
        <LanguageSwitch />
      </header>
      <main className="card sign-in">
        <img src="/icon.svg" alt="" width={48} height={48} />
        <h1>
          {t.common.service} · {step === "code" ? t.signIn.codeTitle : t.signIn.title}
        </h1>
        <form ref={form} onSubmit={submit} noValidate aria-describedby={said ? ids.said : undefined}>
          <div role="alert" id={ids.said}>
            {said ? <p className="said danger">{said}</p> : null}
          </div>
          {step === "password" ? (
            <>
              <label htmlFor={ids.login}>{t.signIn.login}</label>
              <Input
                id={ids.login}
                name="login"
                size="large"
                autoComplete="username"
                autoCapitalize="none"
                spellCheck={false}
                value={login}
                onChange={(event) => setLogin(event.target.value)}
              />
              <label htmlFor={ids.password}>{t.signIn.password}</label>
              <Input.Password
                id={ids.password}
                name="password"
                size="large"
                autoComplete="current-password"
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            </>
          ) : (
            <>
              <p className="soft">{t.signIn.codeHint}</p>
              <label htmlFor={ids.code}>{t.signIn.code}</label>
              <Input
                id={ids.code}
                name="code"
                size="large"
                inputMode="numeric"
                autoComplete="one-time-code"
                maxLength={8}
                className="sign-in-code"
                value={code}
                onChange={(event) => setCode(event.target.value)}
              />
            </>
          )}
          <Button type="primary" size="large" htmlType="submit" block loading={signIn.isPending}>
            {signIn.isPending ? t.signIn.submitting : step === "code" ? t.signIn.codeSubmit : t.signIn.submit}
          </Button>
          {step === "code" ? (
            <Button
              type="link"
              block
              onClick={() => {
                setSaid(null);
                setStep("password");
              }}
            >
              {t.signIn.back}
            </Button>
          ) : null}
        </form>
      </main>
    </div>
  );
}
