export function Logo(props: { size?: number }) {
  const size = props.size ?? 28;
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0f6b66" />
      <circle cx="16" cy="9.5" r="3.2" fill="#fff" />
      <circle cx="9.6" cy="20.4" r="3.2" fill="#bfe6df" />
      <circle cx="22.4" cy="20.4" r="3.2" fill="#bfe6df" />
      <path d="M16 14.4v3.2M13.6 20.4h4.8" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" />
    </svg>
  );
}
