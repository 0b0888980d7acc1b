import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app";
import { LanguageProvider } from "./i18n/language";
import "./theme.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <App />
    </LanguageProvider>
  </StrictMode>,
);
