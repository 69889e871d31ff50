/** Texts of playbooks: the small one of most tests, and those that are hard to show. */

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

/** Compound words of over 60 letters, as titles in German have them, where no browser finds a place to break. */
export const GERMAN = `# Rechenzentrumsnotstromversorgungsüberwachungsanlagenausfallbehandlungsverfahren

## Informationssicherheitsvorfallserstbewertungsverantwortlichkeitsklärung

1. Benutzerkontenwiederherstellungsberechtigungsprüfungsprotokolle sichern
2. Decision: Ist das Arbeitsplatzrechnerfernwartungszugangsverwaltungssystem betroffen?
   - Ja, nachweislich mitbetroffen -> Fernwartungszugangsberechtigungsverwaltungsdienstkonten sperren
   - Nein -> Überwachungsprotokollaufbewahrungsfristverlängerung veranlassen

## Wiederherstellung

1. Datensicherungsbandwiederherstellungsgeschwindigkeitsmessungen mit der Rechenzentrumsbetriebsleitung, der Datenschutzbeauftragten und der Unternehmenskommunikation abstimmen und das Ergebnis in der Vorfallsakte festhalten
`;

/** Right to left. */
export const ARABIC = `# الاستجابة لبرامج الفدية

## الفرز الأولي

1. تأكيد التنبيه مع صاحب الجهاز FS-01 قبل أي إجراء
2. Decision: هل ينتشر التشفير في الشبكة؟
   - نعم -> عزل المقطع المصاب عن الشبكة
   - لا -> مواصلة المراقبة لمدة ٢٤ ساعة

## الاحتواء

1. تعطيل الحسابات المتأثرة وإعادة تعيين كلمات المرور
2. جمع الأدلة الرقمية وتوثيق سلسلة الحيازة
`;

/** Emoji, also such as are made of several, and scripts without spaces. */
export const EMOJI = `# 🚨 钓鱼邮件响应 フィッシング対応 🎣

## 🔍 初步分析

1. 🧑‍💻 保存原始邮件及其完整邮件头👩🏽‍🚒
2. Decision: 🔗 リンクはクリックされましたか?
   - ✅ はい -> 🔑 パスワードを直ちにリセットし、すべてのセッションを取り消してください
   - ❌ いいえ -> 🛡️ 发件人加入阻止列表

## 🏁 收尾

1. 📣 通知所有受影响的用户并记录时间线🇩🇪🇯🇵🇨🇳
`;

/** Long sentences that have to be told apart in a list of 200. */
const VERBS = ['Isolate', 'Collect memory of', 'Reset the credentials on', 'Image the disk of', 'Patch', 'Restore', 'Verify', 'Release'];

/**
 * A Mermaid flowchart of this many nodes, in phases of 20: every tenth is a decision, whose two branches come together
 * again.
 */
export function large(count: number): string {
  const lines = ['flowchart TD'];
  const edges: string[] = [];
  for (let first = 1; first <= count; first += 20) {
    lines.push(`  subgraph phase${first}[Wave ${(first + 19) / 20} of the recovery]`);
    for (let step = first; step < first + 20 && step <= count; step += 1) {
      const next = step + 1;
      if (step % 10 === 0) {
        lines.push(`    s${step}{Is segment ${step} clean?}`);
        if (next <= count) edges.push(`  s${step} -->|Yes| s${next}`);
        if (next + 1 <= count) edges.push(`  s${step} -->|No, go round| s${next + 1}`);
      } else {
        lines.push(`    s${step}[${VERBS[step % VERBS.length]} host ${step}]`);
        if (next <= count) edges.push(`  s${step} --> s${next}`);
      }
    }
    lines.push('  end');
  }
  return [...lines, ...edges].join('\n');
}

/** A title of exactly 200 characters, the most that is allowed. */
export const LONG_TITLE = 'Verschlüsselung auf dem Dateiserver der Finanzbuchhaltungsabteilung und an drei weiteren Standorten '
  .repeat(3)
  .slice(0, 199)
  .concat('!');
