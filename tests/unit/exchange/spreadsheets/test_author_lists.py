"""Authors in one cell, in the styles of references, and bodies that look like them."""

import pytest

from evidence.exchange.spreadsheets.author_lists import author_list


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("", ""),
        ("Hill, Ann", "Hill, Ann"),
        ("Hill, A. B.; Reed, C.", "Hill, A. B.; Reed, C."),
        ("Hill, Ann\nReed, Bo\n", "Hill, Ann; Reed, Bo"),
        ("Hill AB", "Hill, AB"),
        ("Hill AB, de Vries M, O'Neil K-L", "Hill, AB; de Vries, M; O'Neil, K-L"),
        ("Hill A. B., García Márquez C. and Reed D.", "Hill, A. B.; García Márquez, C.; Reed, D."),
        ("Hill AB; Reed C", "Hill, AB; Reed, C"),
        ("Hill, A. B., Reed, C., & Ash, D.", "Hill, A. B.; Reed, C.; Ash, D."),
        ("Hill, A., Reed, C", "Hill, A.; Reed, C"),
        ("Ann Hill, Bo van der Reed & Cy D. Ash", "Hill, Ann; van der Reed, Bo; Ash, Cy D."),
        ("Ann Hill and Özlem Şahin", "Hill, Ann; Şahin, Özlem"),
        ("J. A. Hill", "Hill, J. A."),
        ("Hill and Reed", "Hill; Reed"),
        ("Hill, Reed & de Vries", "Hill; Reed; de Vries"),
        ("Hill et al.", "Hill; and others"),
        ("Hill AB, Reed C, et al", "Hill, AB; Reed, C; and others"),
        ("Hill, A. B., et al.", "Hill, A. B.; and others"),
    ],
)
def test_each_style_gives_the_same_form(cell: str, names: str) -> None:
    assert author_list(cell) == names
    assert author_list(names) == names


@pytest.mark.parametrize(
    "body",
    [
        "World Health Organization",
        "UNICEF",
        "Oxfam GB",
        "Age UK",
        "Department for Education",
        "Health and Safety Executive",
        "Department for Work and Pensions",
        "Department for Business, Innovation & Skills",
        "Public Health England",
        "Food and Agriculture Organization of the United Nations",
        "Sport England",
        "Ministry of Health, New Zealand",
        "Robert Koch-Institut",
        "健康 福祉",
        "12 & 34",
    ],
)
def test_a_body_stays_as_it_is(body: str) -> None:
    assert author_list(body) == body
