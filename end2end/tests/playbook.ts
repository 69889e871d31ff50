/** A small playbook with everything that a test wants to touch. */
export const PLAYBOOK = `# Suspicious login

## Triage

1. Confirm the alert with the user
2. Decision: Was it the user?
   - Yes -> Close the alert as benign
   - No -> Disable the account

## Contain

1. Revoke every session

   \`\`\`powershell
   Revoke-MgUserSignInSession -UserId ana@example.com
   \`\`\`

2. Search for the same address elsewhere
`;
