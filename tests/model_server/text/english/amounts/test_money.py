"""Money."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

MONEY = [
    ("$5", "five dollars"),
    ("$1", "one dollar"),
    ("$1.00", "one dollar"),
    ("$1.01", "one dollar and one cent"),
    ("$0.50", "fifty cents"),
    ("$.50", "fifty cents"),
    ("$0.99", "ninety-nine cents"),
    ("$0.01", "one cent"),
    ("$3.5", "three point five dollars"),
    ("$3.999", "three point nine nine nine dollars"),
    ("$1,234.56", "one thousand two hundred thirty-four dollars and fifty-six cents"),
    ("$1,000,000", "one million dollars"),
    ("$ 5", "five dollars"),
    ("-$5", "minus five dollars"),
    ("$-5", "minus five dollars"),
    ("+$5", "plus five dollars"),
    ("($5)", "(five dollars)"),
    ("~$5", "about five dollars"),
    ("$5k", "five thousand dollars"),
    ("$2.5B", "two point five billion dollars"),
    ("$2.5 million", "two point five million dollars"),
    ("$20 million", "twenty million dollars"),
    ("$3 billion", "three billion dollars"),
    ("$4T", "four trillion dollars"),
    ("£3m", "three million pounds"),
    ("€1.2bn", "one point two billion euros"),
    ("€20 million", "twenty million euros"),
    ("$5-10", "five to ten dollars"),
    ("$5–10", "five to ten dollars"),
    ("$5-$10", "five to ten dollars"),
    ("$5–$10 million", "five to ten million dollars"),
    ("$5m-$10m", "five to ten million dollars"),
    ("$1.2bn–$1.4bn", "one point two to one point four billion dollars"),
    ("$3.50–$4.50", "three dollars and fifty cents to four dollars and fifty cents"),
    ("$10+", "ten dollars plus"),
    ("$1/mo", "one dollar per month"),
    ("$20/hr", "twenty dollars per hour"),
    ("$0.05/GB", "five cents per gigabyte"),
    ("£5/kg", "five pounds per kilogram"),
    ("$15 per hour", "fifteen dollars per hour"),
    ("$5 million house", "five million dollars house"),
    ("a $5 million house", "a five million dollar house"),
    ("the $20 bill", "the twenty dollar bill"),
    ("a $5 bill", "a five dollar bill"),
    ("the $5 was lost", "the five dollars was lost"),
    ("a $100 ticket", "a one hundred dollar ticket"),
    ("$5-a-day", "five dollars a day"),
    ("£3.50", "three pounds and fifty pence"),
    ("£1", "one pound"),
    ("£0.50", "fifty pence"),
    ("¥500", "five hundred yen"),
    ("¥1,500.5", "one thousand five hundred point five yen"),
    ("€1.50", "one euro and fifty cents"),
    ("50¢", "fifty cents"),
    ("1¢", "one cent"),
    ("₹20", "twenty rupees"),
    ("₹1,50,000", "one hundred fifty thousand rupees"),
    ("Rs. 500", "five hundred rupees"),
    ("Rs 500", "five hundred rupees"),
    ("₩1000", "one thousand won"),
    ("₿0.5", "zero point five bitcoins"),
    ("US$5", "five U S dollars"),
    ("A$10", "ten Australian dollars"),
    ("C$5", "five Canadian dollars"),
    ("HK$100", "one hundred Hong Kong dollars"),
    ("R$10", "ten Brazilian reais"),
    ("100 USD", "one hundred U S dollars"),
    ("EUR 5", "five euros"),
    ("USD 1.5 million", "one point five million U S dollars"),
    ("50 GBP", "fifty pounds"),
    ("20 CHF", "twenty Swiss francs"),
    ("5 BTC", "five bitcoins"),
    ("0.01 ETH", "zero point zero one ether"),
    ("100 kr", "one hundred kroner"),
    ("5€", "five euros"),
    ("20 €", "twenty euros"),
    ("3,50 €", "three euros and fifty cents"),
    ("1.234,56 €", "one thousand two hundred thirty-four euros and fifty-six cents"),
    ("5$", "five dollars"),
    ("20 $/h", "twenty dollars per hour"),
    ("$60K-$80K", "sixty to eighty thousand dollars"),
    ("$1.5-2 billion", "one point five to two billion dollars"),
    ("$3-million deal", "three million dollar deal"),
    ("$10-per-month plan", "ten dollars per month plan"),
    ("60¢/lb", "sixty cents per pound"),
    ("2.5¢", "two point five cents"),
    ("€1.000", "one thousand euros"),
    ("€1,50", "one euro and fifty cents"),
    ("₹5 lakh", "five lakh rupees"),
    ("₹2.5 crore", "two point five crore rupees"),
    ("₹20 Cr", "twenty crore rupees"),
    ("$5 L", "five dollars L"),
    ("two $20s", "two twenties"),
    ("$20 so", "twenty dollars so"),
]


@pytest.mark.parametrize(("written", "spoken"), MONEY)
def test_money_is_said_with_its_currency_behind_the_sum(written: str, spoken: str) -> None:
    assert said(written) == spoken


MONEY_BRITISH = [
    ("50p", "fifty pence"),
    ("1p", "one penny"),
    ("£101.05", "one hundred and one pounds and five pence"),
    ("£3.50", "three pounds fifty"),
    ("$1,234.56", "one thousand two hundred and thirty-four dollars and fifty-six cents"),
    ("£5 million", "five million pounds"),
]


@pytest.mark.parametrize(("written", "spoken"), MONEY_BRITISH)
def test_british_money_has_pence_and_and(written: str, spoken: str) -> None:
    assert said(written, british=True) == spoken
