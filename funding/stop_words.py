"""Words that people write about any project, and that therefore say nothing about it.

PostgreSQL already leaves out its own stop words (och, att, the, and). A stop word that an editor has given a theme
counts, but only if it is written exactly as the editor wrote it: “får” (gets) is no sheep.
"""

SWEDISH = """
vill ville ska skall skulle kunna kan behöver behöva behövs måste får få fått fick ger ge gav gör göra görs gjort
gjorde ha har haft bli blir blivit vara varit komma kommer kom kommit gå går gick gått sätta sätter ta tar tog tas
finns finnas fanns hjälpa hjälper hjälp hjälpt ordna ordnar ordnat bygga bygger byggt hitta hittar skapa skapar leta
letar starta startar söka söker sökt börja börjar använda använder köra köpa köper köpt låta låter veta vet vågar
orkar saknar saknas tycker tänker tänkt funderar funkar fungerar fungera hoppas tror ser se sett säger heter håller
ligger ligga står stå kostar kosta betala pengar pengarna peng stöd stödet bidrag finansiering ansökan projekt
projektet projektidé idé idén person personer människor människa folk alla allt många några någon något andra annat
annan varje båda fler flera flest mer mest mindre minst bättre bäst bra större stor stora stort liten litet små gammal
gamla ny nya nytt olika egen eget egna samma viss hela hel helt tillsammans ihop gemensam gemensamt gemensamma år året
åren dag dagar vecka månad tid tiden gång gånger plats platser ställe stället ställen ort orten orter län länet länets
kommun kommunen kommuner kommunens region regionen regionens del delar sätt saker sak grupp gruppen hem dit hit bort
ner upp fram längre länge snabbt lätt svårt nära långt idag idagen nu sedan redan bara också även istället gärna tio
två tre fyra fem sex första sista senaste
"""
ENGLISH = """
want wants would like need needs can could should must get gets give gives make makes do does have has had be become
come comes go goes put take takes help helps find create look start starting use uses buy let know think hope see say
money support grant funding application project projects idea ideas person persons people everyone everything many
some someone something other another every both more most less least better best good great big small old new
different own same whole together joint year years day days week month time times place places county municipality
municipalities region part parts way ways thing things group here there near far today now already also instead first
last two three
"""
STOP_WORDS = {"sv": frozenset(SWEDISH.split()), "en": frozenset(ENGLISH.split())}
