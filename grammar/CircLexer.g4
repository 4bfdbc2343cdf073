// CircLexer.g4 - The tokens of circ.
//
// Line ends are tokens; which of them end a statement is decided by the layout
// filter (compiler/parse/Layout.cpp) before the parser sees them.

lexer grammar CircLexer;

// An `if` that begins a statement; the layout filter makes it of an IF.
tokens { STATEMENT_IF }

CIRCUIT: 'circuit';
GATE: 'gate';
STRUCT: 'struct';
IMPORT: 'import';
EXTERN: 'extern';
CONST: 'const';
LET: 'let';
VAR: 'var';
IF: 'if';
ELSE: 'else';
FOR: 'for';
IN: 'in';
WHILE: 'while';
BREAK: 'break';
CONTINUE: 'continue';
RETURN: 'return';
ASSERT: 'assert';
PRINT: 'print';
TRUE: 'true';
FALSE: 'false';

// These mean something in their place only and are names elsewhere.
BY: 'by';
FORWARD: 'forward';
BACKWARD: 'backward';
TANGENT: 'tangent';

ARROW: '->';
DOTDOT: '..';
DOT: '.';
COMMA: ',';
COLON: ':';
SEMICOLON: ';';
LPAREN: '(';
RPAREN: ')';
LBRACKET: '[';
RBRACKET: ']';
LBRACE: '{';
RBRACE: '}';

PLUS_ASSIGN: '+=';
MINUS_ASSIGN: '-=';
TIMES_ASSIGN: '*=';
DIVIDE_ASSIGN: '/=';
EQUAL: '==';
NOT_EQUAL: '!=';
LESS_EQUAL: '<=';
GREATER_EQUAL: '>=';
LESS: '<';
GREATER: '>';
AND: '&&';
OR: '||';
NOT: '!';
ASSIGN: '=';
PLUS: '+';
MINUS: '-';
TIMES: '*';
DIVIDE: '/';
PERCENT: '%';
CARET: '^';
AT: '@';

FLOAT: DIGITS '.' DIGITS EXPONENT? | DIGITS EXPONENT;
INTEGER: DIGITS;
// A number that runs into letters or ends in a point, answered by the parser.
BAD_NUMBER: DIGITS '.' {_input->LA(1) != '.'}? | DIGITS ('.' DIGITS)? EXPONENT? LETTER (LETTER | [0-9])* | DIGITS [eE] [+-]?;
STRING: '"' (~["\\\r\n] | '\\' ~[\r\n])* '"';
BAD_STRING: '"' (~["\\\r\n] | '\\' ~[\r\n])*;
NAME: LETTER (LETTER | [0-9\u0300-\u036F\u2080-\u2089])*;

DOC: '///' ~[\r\n]* -> channel(HIDDEN);
COMMENT: '//' ~[\r\n]* -> skip;
NEWLINE: '\r'? '\n' | '\r';
SPACE: [ \t\f\u00A0\uFEFF]+ -> skip;
UNKNOWN: .;

fragment DIGITS: [0-9] ('_'? [0-9])*;
fragment EXPONENT: [eE] [+-]? [0-9]+;
// Latin, Greek, Cyrillic and the scripts after them; no symbols, no punctuation.
fragment LETTER: [a-zA-Z_\u00AA\u00B5\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02C1\u0370-\u0373\u0376-\u0377\u037B-\u037D\u0386\u0388-\u03FF\u0400-\u0481\u048A-\u0559\u0561-\u0587\u05D0-\u05EA\u0620-\u064A\u0904-\u0939\u1E00-\u1FBC\u2102\u2107\u210A-\u2113\u2115\u2119-\u211D\u2124\u2128\u212A-\u212D\u212F-\u2139\u2C60-\u2C7F\u3041-\u3096\u30A1-\u30FA\u4E00-\u9FFF\uAC00-\uD7A3];
