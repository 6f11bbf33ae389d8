"""Which words in capitals are spelled, which are read, and what a new one looks like. Knows no text around them."""

from __future__ import annotations

import re

from model_server.text.english.tokens import word_set

# Spelled, though they could be read or are words in lower case as well.
SPELLED = word_set("""
    AA AAA AARP AB ABC ABS AC ACL ACLU AD ADA ADT AEC AFC AFL AG AI AIG AIM AKA ALS AMA AMC AMD AMG AOL AP APA
    APB API APR ARM ASL ATF ATM ATP ATV AV AWS BA BBA BBC BC BCE BIA BIO BLM BLT BMI BMW BMX BP BPM BS BSE BYO BYOB
    CAA CAD CB CBD CBO CBS CC CCTV CD CDC CE CEO CFC CFO CGI CIA CIO CIS CLI CMO CMS CNA CNC CNN COB COD COE COO
    CPA CPI CPR CPU CRM CSI CSS CSV CT CTO CV DA DAB DAO DBA DC DEA DEI DHS DIA DIY DJ DM DMV DMZ DNA DNC DND
    DNS DOA DOB DOD DOE DOI DOJ DOT DPI DSL DUI DVD EA EC ECB ECG ED EDM EDT EEG EEO EIA EIN EKG EMI EMS EMT EOD
    EOF EPA EPL EPS ER ERA ERP ESA ESG ESL ESP EST ETA ETF EU EUV EV FA FAA FAQ FBI FCC FDA FDIC FDR FIR FOB FOI
    FPS FTC FX FYI GAO GDP GE GED GI GIS GMO GMT GNP GOP GP GPA GPO GPS GPU GUI GT HBO HCI HD HDMI HIV HMO HMS
    HOA HP HQ HR HTML HTTP HUD IBM IBS ICC ICU IDE IED IEP IGN ILO IMF IMO INS IP IPA IPO IQ IRA IRC IRL IRS
    ISBN ISO ISP ISS ITV IUD IV IVF JFK JV KFC KGB KIA KKK KO LA LAPD LBJ LCD LED LGA LGBT LLC LLM LOL LPG LAX LSD
    LSE LSU MA MBA MC MD ME MFA MIA MIT ML MLA MLB MLS MMA MMO MO MOD MOT MP MPG MPH MRI MS MSG MSU MTA MTV MVP
    NBA NBC NCO NDA NEA NFC NFL NFT NGO NHL NHS NIH NIMH NLP NOAA NPC NPR NRA NRC NSA NSF NSW NYC NYPD NYT NYU
    OCD OCR OD OED OEM OJ ONS OPM ORM OS OSU OT OTC OTT PA PBS PC PCB PCP PCR PDA PDF PE PGA PH PHP PI PIP PIO
    PJ PM PMI PMS POC POS POV POW PPE PPM PPO PR PS PSA PSG PSI PSU PT PTA PTO PTSD PVC QA RBI RCA REI REO RFP
    RGB RIP RNA RNC ROI ROTC RPG RPM RSVP RV SA SAP SAS SASE SAT SDK SE SEC SEO SFO SI SIA SMS SOE SOP SOS SPF
    SRO SSA SSD SSN STD STI SUV SVU TA TAC TBA TBC TBD TBH TCU TD TIA TLC TNT TSA TTY TV UAE UAV UCLA UFO UFC
    UHF UI UK UN UNC UNLV UPC UPI UPS URI URL USA USAF USB USC USDA USGA USO USPS USSR UTC UV UX VA VAR VC VCR
    VHF VHS VIP VOA VP VPN VR WA WBC WIP WMD WNBA WTA WTO WWE WWF XL XML XO YA YMCA YTD ZTE AE EDF EBU ECHR EFL
    EIB EOS ERM EUR FIA GCSE GDR HSA IAEA IBA ICJ IDF IEA IFC INA IOC IOU IRB ITU LNG MEP MSNBC NUS OAS OAU OEIC
    AAPI OFAC OHL OIC OR PAYE PLO RAC RAF RIA RUC SNP TGV TUC UAW UCI UCL UEA UKHSA UPN USCIS USGS USMC USN USTA UVA
    UWA VOIP VE VJ IATSE ASU LSAT OSI OSX UI UTF URN UDP UUID ASIN EOL EIO EBT EPO ABV IPV IBEW IUCN APAC AFAIK
    IMHO IIRC IDC TIL AMA ELI OOP ORF ICO AOC RBG MLK SBF OIRO OIEO EOY IATF LOC UNHCR OECD ESPN
""")
# Read as words, though they look spelled or are not in the lexicons.
READ = word_set("""
    AIDS NASA NATO UNICEF UNESCO OPEC NAFTA NASDAQ FEMA OSHA COVID SARS MERS PIN RAM ROM GIF JPEG MPEG SQL SIM
    LASIK LASER RADAR SCUBA SONAR SWAT NIMBY YOLO FOMO FIFA UEFA WIPO IKEA ASCII ANSI BIOS BASIC COBOL DARPA DOS
    EULA HIPAA IMAX ISIS LAN MIDI MOMA NASCAR NORAD OLED OK OPEC POTUS SCOTUS FLOTUS PETA RAID SCSI SPAC TIFF
    TEFL TOEFL VAT VRAM WAN WYSIWYG ZIP CAPTCHA AWOL ASAP ASEAN APEC BAFTA CERN CRISPR DRAM FAFSA GATT GMAT LSAT
    MCAT HVAC IELTS JSON LIBOR LOL NAACP PAC REM SETI SIDS SNAP START STEM TED YAML REST CRUD NAND CMOS WASP
    TASER QWERTY EBITDA PSAT SALT MAC CAT PET PEN PAL PROM VIN CAD SOX DAX FTSE
""") - {"LOL"}
# Spelled with a letter doubled in speech.
DOUBLED = {
    "AAA": "triple A",
    "IEEE": "I triple E",
    "NCAA": "N C double A",
    "WWW": "W W W",
    "WWII": "World War two",
    "WWI": "World War one",
    "XXX": "triple X",
}
# Spelled words that are shouted as words more often than they are spelled among other words in capitals.
SHOUTED = word_set("""
    AD ADD AID AIM ARM BIO CAD CAP COD DAB DIP DOE DOT ED ERA ETA GUI HUD LA LED MA ME MOD OR PA PI PIP POW POP
    RIP SAP SAT SEC SOP TAB VAR YA AMA PAY LOC ID OS AG SI RE MO
""") - {"ID", "OS", "AD", "ED", "GUI", "MO", "SI", "AG"}
# Two letters that are a word when they are in capitals for force.
SHORT_WORDS = word_set("""
    IN OF TO IS IT US WE HE ME MY BE BY DO GO IF AM AN AS AT NO ON OR SO UP HI OH AH UH HA HO YO OW EW OX AX YE
    HM LO
""")
# Mixed case: written -> letters, and a word behind them.
MIXED = {
    "PhD": ("PHD", ""),
    "PhDs": ("PHD", "s"),
    "MSc": ("MSC", ""),
    "BSc": ("BSC", ""),
    "LLMs": ("LLM", "s"),
    "LLB": ("LLB", ""),
    "MPhil": ("M", "Phil"),
    "DPhil": ("D", "Phil"),
    "MEng": ("M", "Eng"),
    "BEng": ("B", "Eng"),
    "MEd": ("M", "Ed"),
    "BEd": ("B", "Ed"),
    "mRNA": ("MRNA", ""),
    "tRNA": ("TRNA", ""),
    "rRNA": ("RRNA", ""),
    "iOS": ("IOS", ""),
    "pH": ("PH", ""),
    "LGBTQ": ("LGBTQ", ""),
    "IoT": ("IOT", ""),
    "SaaS": ("", "sass"),
    "PaaS": ("", "pass"),
    "DoD": ("DOD", ""),
    "DoJ": ("DOJ", ""),
    "DoE": ("DOE", ""),
    "MoD": ("MOD", ""),
    "NaN": ("", "nan"),
    "aka": ("AKA", ""),
    "tv": ("TV", ""),
    "dj": ("DJ", ""),
    "btw": ("BTW", ""),
    "imo": ("IMO", ""),
    "imho": ("IMHO", ""),
    "idk": ("IDK", ""),
    "tbh": ("TBH", ""),
    "fyi": ("FYI", ""),
    "faq": ("FAQ", ""),
    "omg": ("OMG", ""),
    "wtf": ("WTF", ""),
    "brb": ("BRB", ""),
    "ttyl": ("TTYL", ""),
    "lmao": ("LMAO", ""),
    "lmfao": ("LMFAO", ""),
    "fwiw": ("FWIW", ""),
    "gtg": ("GTG", ""),
    "smh": ("SMH", ""),
    "afk": ("AFK", ""),
    "obo": ("OBO", ""),
    "ono": ("ONO", ""),
    "idc": ("IDC", ""),
    "btwn": ("", "between"),
    "Dx": ("", "Diagnosis"),
    "Hx": ("", "History"),
    "Hgb": ("HGB", ""),
    "bday": ("", "birthday"),
    "sry": ("", "sorry"),
    "wyd": ("WYD", ""),
    "rn": ("RN", ""),
    "tues": ("", "Tuesday"),
    "weds": ("", "Wednesday"),
    "Weds": ("", "Wednesday"),
    "thurs": ("", "Thursday"),
    "omw": ("OMW", ""),
    "otw": ("OTW", ""),
    "yw": ("YW", ""),
    "np": ("NP", ""),
    "ngl": ("NGL", ""),
    "iirc": ("IIRC", ""),
    "afaik": ("AFAIK", ""),
    "irl": ("IRL", ""),
    "jk": ("JK", ""),
    "hbu": ("HBU", ""),
    "wbu": ("WBU", ""),
    "ikr": ("IKR", ""),
    "nvm": ("NVM", ""),
    "icymi": ("ICYMI", ""),
    "tldr": ("TLDR", ""),
    "ofc": ("OFC", ""),
    "iykyk": ("IYKYK", ""),
    "lbw": ("LBW", ""),
    "pcm": ("PCM", ""),
    "ur": ("", "your"),
    "html": ("HTML", ""),
    "pdf": ("PDF", ""),
    "url": ("URL", ""),
    "diy": ("DIY", ""),
    "rsvp": ("RSVP", ""),
    "vip": ("VIP", ""),
    "usa": ("USA", ""),
    "uk": ("UK", ""),
    "ceo": ("CEO", ""),
    "dvd": ("DVD", ""),
    "usb": ("USB", ""),
    "gps": ("GPS", ""),
}

_ONSETS = (
    "b|bl|br|c|ch|cl|cr|d|dr|dw|f|fl|fr|g|gl|gr|h|j|k|kl|kr|kn|l|m|n|p|ph|pl|pr|qu|r|s|sc|sch|scr|sh|sk|sl|sm|sn|sp|spr|st"
    "|str|sw|t|th|tr|tw|v|w|wh|wr|y|z"
)
_CODAS = (
    "[bcdfgklmnprstvxz]|ch|ck|ct|ff|ft|ld|lf|lk|ll|lm|lp|lt|mp|nc|nch|nd|ng|nk|ns|nt|ph|pt|rb|rc|rd|rf|rg|rk|rl|rm|rn|rp|rs"
    "|rt|sh|sk|sp|ss|st|th|ts|ks|ps|ms|ds|ls"
)
_PRONOUNCED = re.compile(
    rf"(?:{_ONSETS})?[aeiouy]{{1,2}}(?:(?:{_CODAS})?(?:{_ONSETS})[aeiouy]{{1,2}}){{0,5}}(?:{_CODAS})?", re.IGNORECASE
)
_LEAST_READ = 4  # letters: shorter ones are spelled unless they are known
_LONGEST_SPELLED = 6  # longer ones are words in capitals


def looks_read(word: str) -> bool:
    """Return whether an unknown word in capitals is read as a word: it can be, and is long enough."""
    if len(word) > _LONGEST_SPELLED:
        return any(vowel in "AEIOUY" for vowel in word)
    return len(word) >= _LEAST_READ and _PRONOUNCED.fullmatch(word) is not None
