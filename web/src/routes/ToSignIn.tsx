import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** Once only: the address changes while this is still here, and must not become its own way back. */
export function ToSignIn() {
  const navigate = useNavigate();
  const [next] = useState(useLocation().href);
  useEffect(() => {
    void navigate({ to: "/signin", search: { next }, replace: true });
  }, [navigate, next]);
  return null;
}
