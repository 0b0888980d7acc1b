import "./theme.css"; // first: what the pages say of themselves comes after it

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app";
import { LanguageProvider } from "./i18n/language";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <App />
    </LanguageProvider>
  </StrictMode>,
);
