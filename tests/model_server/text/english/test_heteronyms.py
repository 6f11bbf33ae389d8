"""Senses: words whose pronunciation the part of speech does not tell."""

from __future__ import annotations

import pytest

from model_server.text.english import heteronyms
from model_server.text.english.scanner import scan
from model_server.text.english.senses import SENSES
from model_server.text.english.tagger import RuleTagger
from model_server.text.english.tokens import Kind, Manner, Token, letters
from model_server.text.g2p import SYMBOLS
from tests.model_server.text.english.test_tagger import lexicon, spoken


def _before_to(tokens: list[Token], index: int) -> bool:
    return index + 1 < len(tokens) and tokens[index + 1].text == "to"


def said(text: str, word: str, british: bool = False) -> list[str]:
    """Return how each occurrence of a word is said, by sense or by tag."""
    tokens = scan(text, Manner(british, known=lambda word: word in lexicon()))
    tags = RuleTagger().tag(tokens)
    senses = heteronyms.senses(tokens, tags, british)
    return [
        senses[index] if index in senses else spoken(token.text, tags[index], _before_to(tokens, index), british)
        for index, token in enumerate(tokens)
        if token.text.lower() == word
    ]


def test_the_ten_phrases_that_every_front_end_is_asked() -> None:
    assert said("I read it yesterday, but I will read it tomorrow.", "read") == ["ɹˈɛd", "ɹˈid"]
    assert said("He wound the bandage around the wound.", "wound") == ["wˈWnd", "wˈund"]
    assert said("The lead singer dropped a lead pipe.", "lead") == ["lˈid", "lˈɛd"]
    assert said("The wind was too strong to wind the sail.", "wind") == ["wˈɪnd", "wˈInd"]
    assert said("She shed a tear over the tear in her dress.", "tear") == ["tˈɪɹ", "tˈɛɹ"]
    assert said("They live near a live band.", "live") == ["lˈɪv", "lˈIv"]
    assert said("Please close the door; you are too close.", "close") == ["klˈOz", "klˈOs"]
    assert said("I object to that object; record the record.", "object") == ["əbʤˈɛkt", "ˈɑbʤəkt"]
    assert said("I object to that object; record the record.", "record") == ["ɹəkˈɔɹd", "ɹˈɛkəɹd"]
    assert said("It took a minute to see the minute detail.", "minute") == ["mˈɪnət", "mInˈut"]
    assert said("Polish the Polish table.", "polish") == ["pˈɑlɪʃ", "pˈOlɪʃ"]


AMERICAN = """
The old pipes were made of lead. | lead | lˈɛd
Lead poisoning is a danger to children. | lead | lˈɛd
She took the lead in the second half. | lead | lˈid
He played the lead role in the film. | lead | lˈid
They lead the world in solar power. | lead | lˈid
The paint contained lead and mercury. | lead | lˈɛd
Follow the lead of your sister. | lead | lˈid
Zinc, copper and lead are mined here. | lead | lˈɛd
He wiped a tear from his eye. | tear | tˈɪɹ
There is a tear in the sleeve of my coat. | tear | tˈɛɹ
She mended the tear with a needle. | tear | tˈɛɹ
He has a muscle tear and cannot play. | tear | tˈɛɹ
The sofa shows some wear and tear. | tear | tˈɛɹ
The police used tear gas. | tear | tˈɪɹ
Do not tear the page. | tear | tˈɛɹ
She plays bass in a jazz band. | bass | bˈAs
We caught a striped bass in the lake. | bass | bˈæs
The bass guitar is too loud. | bass | bˈAs
He fished for bass all morning, and his hook was lost. | bass | bˈæs
His deep bass voice filled the hall. | bass | bˈAs
They had a furious row last night. | row | ɹˈW
We sat in the front row of the theater. | row | ɹˈO
They row across the river every day. | row | ɹˈO
A diplomatic row broke out. | row | ɹˈW
She won three games in a row. | row | ɹˈO
He had a row with his neighbor. | row | ɹˈW
The captain stood at the bow of the ship. | bow | bˈW
She tied the ribbon in a bow. | bow | bˈO
He shot the arrow from his bow. | bow | bˈO
The actor took a bow. | bow | bˈW
They bow to the queen. | bow | bˈW
He gave a deep bow and left. | bow | bˈW
The old sow lay in the mud. | sow | sˈW
Farmers sow wheat in spring. | sow | sˈO
A white dove sat on the roof. | dove | dˈʌv
She dove into the pool. | dove | dˈOv
Wait a minute. | minute | mˈɪnət
The parts are minute and hard to see. | minute | mInˈut
The wind is cold. | wind | wˈɪnd
Wind the clock before you go to bed. | wind | wˈInd
She lives in Ohio. | lives | lˈɪvz
They lost their lives. | lives | lˈIvz
Please polish the silver. | polish | pˈɑlɪʃ
She speaks Polish very well. | polish | pˈOlɪʃ
Polish workers built the bridge. | polish | pˈOlɪʃ
Polish your shoes before the party. | polish | pˈɑlɪʃ
I need some nail polish. | polish | pˈɑlɪʃ
He got his just deserts. | deserts | dəzˈɜɹts
The deserts of Africa are hot. | deserts | dˈɛzəɹts
You can sing to your heart's content. | content | kəntˈɛnt
The content of the page has changed. | content | kˈɑntɛnt
Please send your resume by Friday. | resume | ɹˈɛzəmˌA
We will resume the meeting at noon. | resume | ɹəzˈum
Her résumé is impressive. | résumé | ɹˈɛzəmˌA
They read hundreds of resumes. | resumes | ɹˈɛzəmˌAz
Does she like fish? | does | dˈʌz
Two does and a fawn crossed the road. | does | dˈOz
The buck chased the does through the snow. | does | dˈOz
My fingers grew number in the cold. | number | nˈʌməɹ
Pick a number from one to ten. | number | nˈʌmbəɹ
A number of people called. | number | nˈʌmbəɹ
The sewer dropped her needle and thread. | sewer | sˈOəɹ
The sewer is blocked again. | sewer | sˈuəɹ
We ate at the buffet. | buffet | bʊfˈA
Storms buffet the island every year. | buffet | bˈʌfət
She cares for her aged mother. | aged | ˈAʤɪd
The wine was aged for ten years. | aged | ˈAʤd
A man aged fifty was hurt. | aged | ˈAʤd
This is a home for the aged. | aged | ˈAʤɪd
Blessed are the meek. | blessed | blˈɛsɪd
We are blessed with good health. | blessed | blˈɛst
The priest blessed the crowd. | blessed | blˈɛst
The Blessed Virgin is shown in blue. | blessed | blˈɛsɪd
He missed his beloved dog. | beloved | bəlˈʌvɪd
She was beloved by all who knew her. | beloved | bəlˈʌvd
A learned judge wrote the book. | learned | lˈɜɹnɪd
We learned a lot today. | learned | lˈɜɹnd
Fear can be a learned response. | learned | lˈɜɹnd
The men carried axes and saws into the forest. | axes | ˈæksᵻz
Label both axes of the graph. | axes | ˈæksˌiz
The army has bases in the desert. | bases | bˈAsᵻz
He ran around all four bases. | bases | bˈAsᵻz
What are the legal bases of this claim? | bases | bˈAsiz
I got a new job. | job | ʤˈɑb
She has the patience of Job. | job | ʤˈOb
The book of Job is in the Bible. | job | ʤˈOb
Job interviews make me nervous. | job | ʤˈɑb
We met in August. | august | ˈɔɡəst
He spoke before that august body. | august | ɔɡˈʌst
See you next august. | august | ˈɔɡəst
The train from Reading was late. | reading | ɹˈɛdɪŋ
Reading is fun. | reading | ɹˈidɪŋ
I like reading in bed. | reading | ɹˈidɪŋ
They moved to Nice in France. | nice | nˈis
Nice weather today. | nice | nˈIs
What a nice hat. | nice | nˈIs
She grew up in Mobile, Alabama. | mobile | mObˈil
Mobile phones are banned in class. | mobile | mˈObᵊl
His mobile phone rang. | mobile | mˈObᵊl
I hate lima beans. | lima | lˈImə
My friend Pierre lives in Paris. | pierre | pjˈɛɹ
We climbed Mount Rainier. | rainier | ɹənˈɪɹ
Snakes slough off their skin. | slough | slˈʌf
This is a primer on taxes. | primer | pɹˈɪməɹ
He missed an easy shot on the green while putting. | putting | pˈʌTɪŋ
She is putting on her coat. | putting | pˈʊɾɪŋ
They drank hot sake with their sushi. | sake | sˈɑki
For the sake of peace, say nothing. | sake | sˈAk
There is no excuse for that. | excuse | ɪkskjˈus
Please excuse us. | excuse | ɪkskjˈuz
The house is old. | house | hˈWs
The barns house forty cows. | house | hˈWz
He used to sing. | used | jˈust
She used a pen. | used | jˈuzd
I am not used to this. | used | jˈust
The moped broke down. | moped | mˈOpˌɛd
He moped about the flat all day. | moped | mˈOpt
They crooked their fingers at us. | crooked | kɹˈʊkt
A crooked man told a crooked lie. | crooked | kɹˈʊkɪd
The invalid soldier was sent home. | invalid | ˈɪnvəlɪd
Your password is invalid. | invalid | ɪnvˈælɪd
The insurance was invalid for him. | invalid | ɪnvˈælɪd
The buck does funny things. | does | dˈʌz
The seamstress fell into a sewer line. | sewer | sˈuəɹ
Upon seeing the tear in the painting he left. | tear | tˈɛɹ
There was a row among the men. | row | ɹˈW
The row of trees is long. | row | ɹˈO
They Live Near A River | live | lˈɪv
Rebels Attack Desert Town | desert | dˈɛzəɹt
The farm was used to produce wheat. | produce | pɹədˈus
The farm sells produce. | produce | pɹˈOdˌus
The dump had to refuse more waste. | refuse | ɹəfjˈuz
It is no use asking him. | use | jˈus
Those who live by the sword are few. | live | lˈɪv
Long live the king! | live | lˈɪv
Her house, close to the sea, is old. | close | klˈOs
How can I intimate this to her? | intimate | ˈɪntəmˌAt
She is my most intimate friend. | intimate | ˈɪntəmət
"""
BRITISH = """
He played the bass drum. | bass | bˈAs
The pipes are made of lead. | lead | lˈɛd
Please send your resume by Friday. | resume | ɹˈɛzjʊmA
We will resume at noon. | resume | ɹɪzjˈuːm
Polish your shoes. | polish | pˈɒlɪʃ
Mobile phones are banned. | mobile | mˈQbIl
The train to Reading is late. | reading | ɹˈɛdɪŋ
The does and the stag ran away. | does | dˈQz
They moved to Nice in France. | nice | nˈiːs
I read it yesterday. | read | ɹˈɛd
"""


def _cases(table: str) -> list[tuple[str, str, str]]:
    return [(text, word, sound) for text, word, sound in (line.split(" | ") for line in table.strip().splitlines())]


@pytest.mark.parametrize(("text", "word", "sound"), _cases(AMERICAN))
def test_the_words_around_a_word_tell_what_is_meant(text: str, word: str, sound: str) -> None:
    assert set(said(text, word)) == {sound}


@pytest.mark.parametrize(("text", "word", "sound"), _cases(BRITISH))
def test_british_senses_are_said_the_british_way(text: str, word: str, sound: str) -> None:
    assert set(said(text, word, british=True)) == {sound}


def test_every_sound_is_one_that_kokoro_knows() -> None:
    sounds = {sound for sense in SENSES for sound in (sense.american, sense.british)}
    assert not {symbol for sound in sounds for symbol in sound} - SYMBOLS


def test_a_token_that_has_its_phonemes_or_its_tag_keeps_them() -> None:
    tokens = [Token("lead", 0, 4, phonemes="x"), Token("pipe", 5, 9), Token("bass", 10, 14, tag="NN")]
    assert heteronyms.senses(tokens, ["NN", "NN", "NN"], british=False) == {}
    assert heteronyms.retagged(tokens, ["NN", "NN", "NN"]) == ["NN", "NN", "NN"]


def test_clues_beyond_the_end_of_the_sentence_do_not_count() -> None:
    assert said("I sing bass. Fishing in the lake is dull.", "bass") == ["bˈAs"]


@pytest.mark.parametrize("before", ["Jay", "Gen", "Generation", "Ball"])
def test_names_keep_an_american_z_in_britain(before: str) -> None:
    tokens = [Token(before, 0, 4), letters("Z", 5, 6)]
    assert heteronyms.senses(tokens, ["NNP", "NNP"], british=True) == {1: "zˈiː"}
    assert heteronyms.senses(tokens, ["NNP", "NNP"], british=False) == {}
    assert heteronyms.senses([letters("ZZ", 0, 2), Token("Top", 3, 6)], ["NNP", "NN"], british=True) == {0: "zˌiːzˈiː"}
    assert heteronyms.senses([Token("plan", 0, 4), letters("Z", 5, 6)], ["NN", "NNP"], british=True) == {}


def test_a_mark_is_no_word() -> None:
    assert heteronyms.senses([Token(".", 0, 1, Kind.MARK)], ["."], british=False) == {}
