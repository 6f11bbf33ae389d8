"""Numbers, ranges, shares and units."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.amounts.reading import said

NUMBERS = [
    ("It has 1234 parts.", "It has one thousand two hundred thirty-four parts."),
    ("1,234,567 people", "one million two hundred thirty-four thousand five hundred sixty-seven people"),
    ("1 234 567 people", "one million two hundred thirty-four thousand five hundred sixty-seven people"),
    ("1_000 rows", "one thousand rows"),
    ("10 000 steps", "ten thousand steps"),
    ("12,34,567 rupees", "one million two hundred thirty-four thousand five hundred sixty-seven rupees"),
    ("1'000'000 francs", "one million francs"),
    ("3.14", "three point one four"),
    (".5 of it", "point five of it"),
    ("0.001", "zero point zero zero one"),
    ("1,234.5678", "one thousand two hundred thirty-four point five six seven eight"),
    ("-5", "minus five"),
    ("−5", "minus five"),
    ("±3", "plus or minus three"),
    ("+7", "plus seven"),
    ("~50 people", "about fifty people"),
    ("(-3)", "(minus three)"),
    ("00.5", "zero point five"),
    ("1000000000000000000000", "one sextillion"),
    (
        "12345678901234567890",
        "one two three four, five six seven eight, nine zero one two, three four five six, seven eight nine zero",
    ),
    (
        "123456789012 bytes",
        "one hundred twenty-three billion four hundred fifty-six million seven hundred eighty-nine thousand twelve bytes",
    ),
    ("007", "zero zero seven"),
    ("agent 007", "agent double oh seven"),
    ("0123", "zero one two three"),
    ("# 5", "number five"),
    ("#1", "number one"),
    ("order #12345", "order number one two three four five"),
    ("1. Open it.", "one. Open it."),
    ("2) Close it.", "two) Close it."),
    ("1,2,3", "one, two, three"),
    ("1, 2, 3", "one, two, three"),
    ("5,10,15", "five, ten, fifteen"),
    ("1 out of 10", "one out of ten"),
    ("4x faster", "four times faster"),
    ("10k users", "ten thousand users"),
    ("1.5k", "one point five thousand"),
    ("100K", "one hundred thousand"),
    ("5M users", "five million users"),
    ("2.3M", "two point three million"),
    ("1.2bn", "one point two billion"),
    ("3B people", "three billion people"),
    ("2m people", "two million people"),
    ("18+", "eighteen plus"),
    ("100+ people", "one hundred plus people"),
    ("5G", "five G"),
    ("3D", "three D"),
    ("3-D glasses", "three D glasses"),
    ("4K video", "four K video"),
    ("8K TV", "eight K TV"),
    ("a 5K race", "a five K race"),
    ("3M is a company.", "three M is a company."),
    ("5A", "five amps"),
    ("401(k)", "four oh one K"),
    ("100s of people", "hundreds of people"),
    ("1,000s of people", "thousands of people"),
    ("0s and 1s", "zeros and ones"),
    ("the 747s", "the seven forty-sevens"),
    ("1-on-1", "one on one"),
    ("9-to-5", "nine to five"),
    ("a 5-year-old boy", "a five year-old boy"),
    ("4-4-2", "four four two"),
    ("7-11", "seven to eleven"),
    ("9-1-1", "nine one one"),
    ("5-star", "five star"),
    ("100-0", "one hundred to zero"),
    ("½", "one half"),
    ("½ cup", "half a cup"),
    ("½ an hour", "half an hour"),
    ("½ of it", "half of it"),
    ("½-inch", "half inch"),
    ("1/2 mile", "half a mile"),
    ("1/2 cup", "half a cup"),
    ("3/4", "three quarters"),
    ("3/4 cup", "three quarters of a cup"),
    ("¾ cup", "three quarters of a cup"),
    ("2/3 majority", "two thirds majority"),
    ("1½ cups", "one and a half cups"),
    ("2 1/2 hours", "two and a half hours"),
    ("2-1/2 hours", "two and a half hours"),
    ("3 ½", "three and a half"),
    ("2 1/4 cups", "two and a quarter cups"),
    ("1/3", "one third"),
    ("5/8", "five eighths"),
    ("7/16", "seven sixteenths"),
    ("22/7", "twenty-two sevenths"),
    ("1/100", "one hundredth"),
    ("3/200", "three over two hundred"),
    ("1/1000", "one thousandth"),
    ("1e-5", "one times ten to the minus five"),
    ("6.02e23", "six point zero two times ten to the twenty-third"),
    ("6.02×10^23", "six point zero two times ten to the twenty-third"),
    ("3 × 10^8", "three times ten to the eighth"),
    ("10^6", "ten to the sixth"),
    ("10^-5", "ten to the minus five"),
    ("2^10", "two to the tenth"),
    ("5²", "five squared"),
    ("4³", "four cubed"),
    ("10⁻³", "ten to the minus three"),
    ("10⁶", "ten to the sixth"),
    ("٣٤", "thirty-four"),
    ("４２", "forty-two"),
    ("①", "one"),
    ("⅓", "one third"),
    ("2-3x", "two to three times"),
    ('3/4" pipe', "three quarter inch pipe"),
    ('1/2"', "half an inch"),
    ('1 1/2" bolt', "one and a half inch bolt"),
    ('"I ate 1/2"', "I ate one half"),
    ("3/4-inch plywood", "three quarter inch plywood"),
    ("180C", "one hundred eighty degrees Celsius"),
    ("98.6F", "ninety-eight point six degrees Fahrenheit"),
    ("400m hurdles", "four hundred meter hurdles"),
    ("221B Baker Street", "two twenty-one B Baker Street"),
    ("room 12B", "room twelve B"),
    ("gate A12", "gate A twelve"),
    ("№ 5", "number five"),
    ("1 pt. cream", "one pint cream"),
    ("5 cubic ft", "five cubic feet"),
    ("120/80 mmHg", "one hundred twenty over eighty millimeters of mercury"),
    ("10^3–10^6", "ten to the third to ten to the sixth"),
    ("5-10k users", "five to ten thousand users"),
    ("1,000-2,000", "one thousand to two thousand"),
    ("99.99% uptime", "ninety-nine point nine nine percent uptime"),
    ("p. 5", "p. five"),
    ("10^9 ops/s", "ten to the ninth operations per second"),
    ("1.2e-3 s", "one point two times ten to the minus three seconds"),
    ("1/10th", "one tenth"),
    ("3/10ths", "three tenths"),
    ("half of 1/3", "half of one third"),
    ("1/2 price", "half price"),
    ("10Kg", "ten kilograms"),
    ("5kms", "five kilometers"),
    ("5xx", "five X X"),
    ("3x", "three times"),
    ("404s", "four oh fours"),
    ("30s", "thirty seconds"),
    ("batting .312", "batting three twelve"),
    ("a rate of .312", "a rate of point three one two"),
    ("1/250s", "one two hundred fiftieth of a second"),
    ("5! = 120", "five factorial equals sign one hundred twenty"),
    ("all 5! Yes", "all five! Yes"),
    (".357 Magnum", "three fifty-seven Magnum"),
    ("490–479 B.C.", "four ninety to four seventy-nine B.C."),
]


@pytest.mark.parametrize(("written", "spoken"), NUMBERS)
def test_a_number_is_read_with_what_belongs_to_it(written: str, spoken: str) -> None:
    assert said(written) == spoken


NUMBERS_BRITISH = [
    ("101 people", "one hundred and one people"),
    ("1,234", "one thousand two hundred and thirty-four"),
    ("1,000,001", "one million and one"),
    ("123,456", "one hundred and twenty-three thousand four hundred and fifty-six"),
    ("2.5 million", "two point five million"),
    ("101.5", "one hundred and one point five"),
]


@pytest.mark.parametrize(("written", "spoken"), NUMBERS_BRITISH)
def test_a_british_number_has_its_and(written: str, spoken: str) -> None:
    assert said(written, british=True) == spoken


RANGES = [
    ("5-10", "five to ten"),
    ("5–10", "five to ten"),
    ("pages 12-18", "pages twelve to eighteen"),
    ("10-15%", "ten to fifteen percent"),
    ("10 – 15", "ten to fifteen"),
    ("50-50", "fifty fifty"),
    ("3-5 days", "three to five days"),
    ("10–20 kg", "ten to twenty kilograms"),
    ("5kg-10kg", "five kilograms to ten kilograms"),
    ("5 kg – 10 kg", "five kilograms to ten kilograms"),
    ("20–30 °C", "twenty to thirty degrees Celsius"),
    ("1...5", "one to five"),
    ("0-60 mph", "zero to sixty miles per hour"),
    ("1.5-2.5", "one point five to two point five"),
    ("100,000-200,000", "one hundred thousand to two hundred thousand"),
    ("2-3 million", "two to three million"),
    ("Boeing 737-800", "Boeing seven thirty-seven eight hundred"),
]


@pytest.mark.parametrize(("written", "spoken"), RANGES)
def test_a_range_is_said_with_to(written: str, spoken: str) -> None:
    assert said(written) == spoken


PERCENT = [
    ("5%", "five percent"),
    ("5 %", "five percent"),
    ("0.5%", "zero point five percent"),
    ("-3%", "minus three percent"),
    ("100%", "one hundred percent"),
    ("5‰", "five per mille"),
    ("1%", "one percent"),
    ("a 5% rise", "a five percent rise"),
]


@pytest.mark.parametrize(("written", "spoken"), PERCENT)
def test_a_share_is_said_with_percent(written: str, spoken: str) -> None:
    assert said(written) == spoken


UNITS = [
    ("5 kg", "five kilograms"),
    ("1 kg", "one kilogram"),
    ("1.0 kg", "one point zero kilograms"),
    ("0.5 L", "zero point five liters"),
    ("½ kg", "half a kilogram"),
    ("10 km/h", "ten kilometers per hour"),
    ("100 km/h", "one hundred kilometers per hour"),
    ("3 ft", "three feet"),
    ("5ft", "five feet"),
    ("6 ft. tall", "six feet tall"),
    ("20 m²", "twenty square meters"),
    ("3 km2", "three square kilometers"),
    ("5 m^2", "five square meters"),
    ("4 cm³", "four cubic centimeters"),
    ("1,200 sq ft", "one thousand two hundred square feet"),
    ("500 sq. ft.", "five hundred square feet."),
    ("3 cu ft", "three cubic feet"),
    ("16 fl oz", "sixteen fluid ounces"),
    ("60 mph", "sixty miles per hour"),
    ("1 mph", "one mile per hour"),
    ("30 psi", "thirty pounds per square inch"),
    ("30 mpg", "thirty miles per gallon"),
    ("80 bpm", "eighty beats per minute"),
    ("3000 rpm", "three thousand revolutions per minute"),
    ("60 fps", "sixty frames per second"),
    ("5 kWh", "five kilowatt hours"),
    ("100 MB", "one hundred megabytes"),
    ("2gb", "two gigabytes"),
    ("512 KB", "five hundred twelve kilobytes"),
    ("8 GiB", "eight gibibytes"),
    ("5 GB/s", "five gigabytes per second"),
    ("100 Mbps", "one hundred megabits per second"),
    ("1 Gbit/s", "one gigabit per second"),
    ("4 GHz", "four gigahertz"),
    ("440 Hz", "four hundred forty hertz"),
    ("3 dB", "three decibels"),
    ("16px", "sixteen pixels"),
    ("300 dpi", "three hundred dots per inch"),
    ("12 MP", "twelve megapixels"),
    ("5 μm", "five micrometers"),
    ("5 µm", "five micrometers"),
    ("5V", "five volts"),
    ("60 W", "sixty watts"),
    ("a 60 W bulb", "a sixty watt bulb"),
    ("4.7 kΩ", "four point seven kilohms"),
    ("3A", "three amps"),
    ("9.8 m/s²", "nine point eight meters per second squared"),
    ("5 m/s", "five meters per second"),
    ("5 lbs", "five pounds"),
    ("5 lb.", "five pounds."),
    ("3 oz", "three ounces"),
    ("2 tbsp", "two tablespoons"),
    ("1 tsp", "one teaspoon"),
    ("10 L/100 km", "ten liters per one hundred kilometers"),
    ("5 g/cm3", "five grams per cubic centimeter"),
    ("120 mg/dL", "one hundred twenty milligrams per deciliter"),
    ("5 req/s", "five requests per second"),
    ("12.5 it/s", "twelve point five iterations per second"),
    ("5 people/km²", "five people per square kilometer"),
    ("3 in", "three inches"),
    ("3 in. long", "three inches long"),
    ("5 in the box", "five in the box"),
    ("1 in 5 people", "one in five people"),
    ("5.5 in of rain", "five point five inches of rain"),
    ("12in", "twelve inches"),
    ("2.5 million km", "two point five million kilometers"),
    ("5k m", "five thousand meters"),
    ("a 5 km run", "a five kilometer run"),
    ("the 10 kg weight", "the ten kilogram weight"),
    ("a 10-km race", "a ten kilometer race"),
    ("a 16 GB laptop", "a sixteen gigabyte laptop"),
    ("5 hp", "five horsepower"),
    ("1 atm", "one atmosphere"),
]


@pytest.mark.parametrize(("written", "spoken"), UNITS)
def test_a_unit_is_said_in_words_and_agrees_with_its_number(written: str, spoken: str) -> None:
    assert said(written) == spoken


UNITS_BRITISH = [
    ("5 km", "five kilometres"),
    ("5 L/100 km", "five litres per one hundred kilometres"),
    ("10 m/s", "ten metres per second"),
]


@pytest.mark.parametrize(("written", "spoken"), UNITS_BRITISH)
def test_a_british_unit_is_spelled_as_in_britain(written: str, spoken: str) -> None:
    assert said(written, british=True) == spoken


TEMPERATURES = [
    ("20 °C", "twenty degrees Celsius"),
    ("72°F", "seventy-two degrees Fahrenheit"),
    ("-5°C", "minus five degrees Celsius"),
    ("1 °C", "one degree Celsius"),
    ("20°", "twenty degrees"),
    ("300 K", "three hundred kelvin"),
    ("20℃", "twenty degrees Celsius"),
    ("-40°", "minus forty degrees"),
    ("a 45° angle", "a forty-five degree angle"),
    ("20 degrees C", "twenty degrees Celsius"),
    ("a 20 °C day", "a twenty degree Celsius day"),
]


@pytest.mark.parametrize(("written", "spoken"), TEMPERATURES)
def test_a_temperature_is_said_in_degrees(written: str, spoken: str) -> None:
    assert said(written) == spoken
