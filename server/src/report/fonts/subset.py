#!/usr/bin/env python3
"""Makes the subsets of the Noto fonts that the PDF of a report is set in. README.md says how to call it.

What is left out is hinting (PDF viewers do not need it), vertical writing, and every feature that changes how a letter
looks rather than making it right.
"""

import subprocess
import sys
from pathlib import Path

FEATURES = "ccmp,locl,mark,mkmk,kern,calt,liga,rlig,init,medi,fina,isol,curs,akhn,blwf,blwm,blws,abvm,abvs,cjct,half,haln,nukt,pref,pres,pstf,psts,rkrf,rphf,vatu"

LATIN = "0020-007E,00A0-036F,1E00-1EFF,2000-206F,2070-209F,20A0-20C0,2100-214F,2150-218B,2190-2193,2212,2215,25CC,FB00-FB06,FFFD"
GREEK = "0370-03FF,1F00-1FFF"
CYRILLIC = "0400-052F"
DRAWN = "2190-21FF,2300-23FF,2400-2426,2460-24FF,2500-25FF,2600-27BF,2B00-2BFF"
# Phishing mails write with mathematical letters to get past filters, so these are letters that reports quote.
MATHEMATICS = "2070-209F,2100-214F,2190-22FF,2308-230B,27C0-27FF,2900-29FF,2A00-2AFF,1D400-1D7FF"
CJK_MARKS = "3000-303F,3040-30FF,3100-312F,31F0-31FF,3200-32FF,FE30-FE4F,FF00-FFEF"


def characters(encoding, leads):
    """The characters of a two-byte encoding whose first byte is one of these."""
    found = set()
    for lead in leads:
        for trail in range(0x40, 0xFF):
            try:
                found.update(ord(character) for character in bytes([lead, trail]).decode(encoding))
            except UnicodeDecodeError:
                pass
    return ",".join(f"{code:04X}" for code in sorted(found))


# The two levels of GB 2312, the first level of JIS X 0208, the frequent characters of Big5: what people and firms in
# China, Japan and Taiwan are written with. One font draws them all, the way China does.
HAN = ",".join([
    characters("gb2312", range(0xB0, 0xF8)),
    characters("euc_jp", range(0xB0, 0xD0)),
    characters("big5", range(0xA4, 0xC7)),
])
# KS X 1001.
HANGUL = "1100-11FF,3130-318F," + characters("euc_kr", range(0xB0, 0xC9))

FONTS = {
    "sans": ("noto-sans/400Regular", f"{LATIN},{GREEK},{CYRILLIC}"),
    "sans-semibold": ("noto-sans/600SemiBold", f"{LATIN},{GREEK},{CYRILLIC}"),
    "sans-italic": ("noto-sans/400Regular_Italic", f"{LATIN},{GREEK},{CYRILLIC}"),
    "mono": ("noto-sans-mono/400Regular", f"0020-007E,00A0-024F,0300-036F,{GREEK},0400-04FF,2000-206F,2190-2193,2500-259F"),
    "arabic": ("noto-sans-arabic/400Regular", "0600-06FF,0750-077F,08A0-08FF,200C-200F,25CC"),
    "hebrew": ("noto-sans-hebrew/400Regular", "0590-05FF,200C-200F,20AA,25CC,FB1D-FB4F"),
    "devanagari": ("noto-sans-devanagari/400Regular", "0900-097F,0951,0952,1CD0-1CF9,200C,200D,20B9,25CC,A830-A839,A8E0-A8FF"),
    "thai": ("noto-sans-thai/400Regular", "0E00-0E7F,200B-200D,25CC"),
    "math": ("noto-sans-math/400Regular", MATHEMATICS),
    "symbols": ("noto-sans-symbols/400Regular", DRAWN),
    "symbols-2": ("noto-sans-symbols-2/400Regular", DRAWN),
    "emoji": ("noto-emoji/400Regular", "*"),
    "han": ("noto-sans-sc/400Regular", f"{CJK_MARKS},{HAN}"),
    "hangul": ("noto-sans-kr/400Regular", HANGUL),
}


def main(packages, into):
    for name, (source, characters) in FONTS.items():
        [font] = (packages / source).glob("*.ttf")
        subprocess.run(
            [
                sys.executable, "-m", "fontTools.subset", font, f"--unicodes={characters}", f"--layout-features={FEATURES}",
                "--no-hinting", "--no-glyph-names", "--name-IDs=0,1,2,3,4,5,6,13,14,16,17", "--notdef-outline", "--drop-tables+=vhea,vmtx,VORG,BASE,STAT,DSIG,MATH,meta",
                f"--output-file={into / name}.ttf",
            ],
            check=True,
        )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent)
