"""The fact tables behind the five multiple-choice subjects.

Every entry is one word on both sides, has exactly one right answer, and no
other value of the same table could also pass for right.
"""


def _pairs(text: str) -> dict[str, str]:
    """Parse ``key=value`` words."""
    return dict(word.split("=") for word in text.split())


CAPITALS = _pairs("""
France=Paris Spain=Madrid Italy=Rome Norway=Oslo Peru=Lima Japan=Tokyo Egypt=Cairo
Kenya=Nairobi Cuba=Havana Greece=Athens Iraq=Baghdad Iran=Tehran Ireland=Dublin
Poland=Warsaw Austria=Vienna Hungary=Budapest Chile=Santiago Qatar=Doha Nepal=Kathmandu
Ghana=Accra Finland=Helsinki Sweden=Stockholm Russia=Moscow China=Beijing Canada=Ottawa
Turkey=Ankara Portugal=Lisbon Senegal=Dakar Vietnam=Hanoi Bulgaria=Sofia
""")

SYMBOLS = _pairs("""
sodium=Na potassium=K iron=Fe gold=Au silver=Ag copper=Cu tin=Sn lead=Pb helium=He
neon=Ne argon=Ar carbon=C nitrogen=N oxygen=O hydrogen=H lithium=Li calcium=Ca
magnesium=Mg zinc=Zn nickel=Ni cobalt=Co sulfur=S chlorine=Cl silicon=Si phosphorus=P
iodine=I mercury=Hg platinum=Pt uranium=U fluorine=F
""")

_MEMBERS = {
    "mammal": "whale bat tiger horse dolphin rabbit elephant",
    "bird": "eagle penguin owl ostrich parrot robin swan",
    "reptile": "lizard cobra turtle crocodile gecko iguana python",
    "fish": "shark salmon trout tuna cod eel carp",
    "insect": "ant bee moth beetle wasp fly cricket",
    "amphibian": "frog toad newt salamander axolotl",
    "arachnid": "spider scorpion tick mite",
}
CLASSES = {animal: kind for kind, animals in _MEMBERS.items() for animal in animals.split()}

# Works by the writer who wrote them; no operas, no paintings, one work a writer.
AUTHORS = _pairs("""
Hamlet=Shakespeare Emma=Austen Ulysses=Joyce Faust=Goethe Dracula=Stoker Inferno=Dante
Candide=Voltaire Walden=Thoreau Frankenstein=Shelley Odyssey=Homer Aeneid=Virgil
Middlemarch=Eliot Kim=Kipling Nostromo=Conrad Germinal=Zola Lolita=Nabokov
Beloved=Morrison Dune=Herbert Carrie=King Ivanhoe=Scott Utopia=More Leviathan=Hobbes
Neuromancer=Gibson Metamorphoses=Ovid Solaris=Lem Siddhartha=Hesse Kidnapped=Stevenson
Pygmalion=Shaw Matilda=Dahl Heidi=Spyri
""")

OPPOSITES = _pairs("""
hot=cold big=small fast=slow early=late open=shut happy=sad high=low wet=dry rich=poor
strong=weak young=old loud=quiet full=empty brave=timid clean=dirty near=far
smooth=rough sharp=blunt sweet=bitter wide=narrow deep=shallow cheap=costly
ancient=modern accept=refuse arrive=depart remember=forget buy=sell love=hate
true=false always=never
""")
