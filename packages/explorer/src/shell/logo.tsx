// The sign of the product, as in public/icon.svg. As an image it would be a document of its own, which the browser opens
// just when the first answer comes.
export function Logo({ className }: { readonly className: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="7" fill="#1d1d1f" />
      <rect x="6" y="8" width="20" height="4" rx="2" fill="#f6821f" />
      <rect x="10" y="14" width="11" height="4" rx="2" fill="#fbad41" />
      <rect x="15" y="20" width="9" height="4" rx="2" fill="#fff" />
    </svg>
  );
}
