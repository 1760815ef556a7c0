"""What two XML schemas ask of the elements that the package writes, and a check of documents against it.

The facts are those of codebook.xsd (DDI Alliance, DDI Codebook 2.5) and Project.xsd (REFI-QDA 1.5, 18 March 2019): the
order of the elements within each, how often each may come, attributes and their values. Where the variable SCHEMAS
names a folder that holds one of the two files, the tests validate by the schema itself as well.
"""

import os
import re
from pathlib import Path

from readers import read_by

DDI = "{ddi:codebook:2_5}"
QDA = "{urn:QDA-XML:project:1.0}"
# Where `.ci/run` puts schemas that packages on PyPI carry; of another release they may be put there by hand.
SCHEMAS = Path(os.environ.get("SCHEMAS", "no folder"))

_GUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
# Content by element: a word is an element, with ? for at most one, * for any number, + for at least one. After the
# second colon the attributes, with ! for those that are asked for.
DDI_CONTENT = """
codeBook: docDscr* stdyDscr+ fileDscr* dataDscr* otherMat* : version schemaLocation
stdyDscr: citation+ studyAuthorization* stdyInfo* studyDevelopment* method* dataAccs* othrStdyMat* notes* :
citation: titlStmt rspStmt? prodStmt? distStmt? serStmt* verStmt* biblCit* holdings* notes* :
titlStmt: titl subTitl* altTitl* parTitl* IDNo* :
rspStmt: AuthEnty* othId* :
distStmt: distrbtr* contact* depositr* depDate* distDate* :
distDate: : date
verStmt: version* verResp* notes* :
stdyInfo: studyBudget* subject* abstract* sumDscr* qualityStatement? notes* exPostEvaluation* :
subject: keyword* topcClas* :
sumDscr: timePrd* collDate* nation* geogCover* geogUnit* geoBndBox? boundPoly* anlyUnit* universe* dataKind* :
timePrd: : date event
method: dataColl* notes* anlyInfo? stdyClas* dataProcessing* codingInstructions* :
dataColl: timeMeth* dataCollector* sampProc* deviat* collMode* resInstru* sources? collSitu* actMin* ConOps* :
dataAccs: setAvail* useStmt* notes* :
useStmt: confDec* specPerm* restrctn* contact* citReq* deposReq* conditions* disclaimer* :
fileDscr: fileTxt* locMap? notes* : ID! URI
fileTxt: fileName* fileCitation? dataFingerprint* fileCont? fileStrc? dimensns? fileType* format* filePlac* :
dimensns: caseQnty* varQnty* logRecL* recPrCas* recNumTot* :
dataDscr: varGrp* nCubeGrp* var* nCube* notes* :
var: location* labl* qstn* valrng* invalrng* undocCod* universe* sumStat* txt* catgry* concept* varFormat? notes* :
    ID! name! files intrvl
valrng: range+ key* notes* :
range: : min max
catgry: catValu? labl* txt* catStat* mrow? :
varFormat: : type schema category
"""
DDI_VALUES = {
    "ID": "[A-Za-z_][A-Za-z0-9_.-]*",
    "files": "F[0-9]+",
    "intrvl": "contin|discrete",
    "event": "start|end|single",
    "type": "numeric|character",
    "schema": "SAS|SPSS|IBM|ANSI|ISO|XML-Data|other",
    "category": "date|time|currency|other",
    "date": "[0-9]{4}(-[0-9]{2}){0,2}",
    "version": "[0-9]+[.][0-9]+",
    "min": "-?[0-9.]+",
}
QDA_CONTENT = """
Project: Users? CodeBook? Variables? Cases? Sources? Notes? Links? Sets? Graphs? Description? NoteRef* : name! origin
Users: User+ :
User: : guid! name id
CodeBook: Codes :
Codes: Code+ :
Code: Description? NoteRef* Code* : guid! name! isCodable! color
Variables: Variable+ :
Variable: Description? : guid! name! typeOfVariable!
Cases: Case+ :
Case: Description? CodeRef* VariableValue* SourceRef* SelectionRef* : guid! name
VariableValue: VariableRef TextValue? :
VariableRef: : targetGUID!
CodeRef: : targetGUID!
SourceRef: : targetGUID!
Sources: TextSource+ :
TextSource: Description? PlainTextContent? PlainTextSelection* Coding* NoteRef* VariableValue* :
    guid! name plainTextPath
PlainTextSelection: Description? Coding* NoteRef* : guid! name startPosition! endPosition!
Coding: CodeRef NoteRef* : guid! creatingUser
"""
QDA_VALUES = {
    **dict.fromkeys(("guid", "targetGUID", "creatingUser"), _GUID),
    **dict.fromkeys(("startPosition", "endPosition"), "[0-9]+"),
    "isCodable": "true|false",
    "typeOfVariable": "Text|Boolean|Integer|Float|Date|DateTime",
    "plainTextPath": f"internal://{_GUID}[.]txt",
}
# Elements that hold text.
TEXTS = """
titl AuthEnty distDate version biblCit keyword abstract timePrd anlyUnit universe dataKind collMode notes citReq
conditions fileName fileCont caseQnty varQnty fileType labl txt catValu Description TextValue
"""
_VALIDATE = """
import json, sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
schema.validate(etree.parse(sys.argv[2]))
print(json.dumps([error.message for error in schema.error_log]))
"""


def faults(top, space, content, values):
    """Tell what in a document is not as its schema asks, in plain words."""
    rules = dict(map(_rule, re.sub(f"{chr(10)} +", " ", content.strip()).splitlines()))
    return [told for element in top.iter() for told in _faults_of(element, space, rules, values)]


def by_schema(file, document):
    """Validate a document by the schema itself, with a program of others; give what it finds."""
    return read_by(_VALIDATE, SCHEMAS / file, document)


def _rule(line):
    name, model, attributes = line.split(":")
    words = attributes.split()
    needed = {word.removesuffix("!") for word in words if word.endswith("!")}
    pattern = re.sub("([A-Za-z]+)([?*+]?)", lambda m: f"(?:<{m[1]}>){m[2]}", model).replace(" ", "")
    return name, (pattern, needed, {word.removesuffix("!") for word in words})


def _faults_of(element, space, rules, values):
    name = element.tag.removeprefix(space)
    pattern, needed, allowed = rules.get(name, ("", set(), set()))
    texts = TEXTS.split()
    children = "".join(f"<{child.tag.removeprefix(space)}>" for child in element)
    given = {key.rsplit("}", 1)[-1]: value for key, value in element.attrib.items()}
    if name not in rules and name not in texts:
        yield f"{name} is not known"
    if not re.fullmatch(pattern, children):
        yield f"{name} holds {children}"
    if name in texts and not (element.text or "").strip():
        yield f"{name} has no text"
    yield from (f"{name} has no {key}" for key in needed - set(given))
    yield from (f"{name} has {key}" for key in set(given) - allowed)
    for key, value in given.items():
        if not re.fullmatch(values.get(key, "(?s).+"), value):
            yield f"{name} has {key} {value!r}"
