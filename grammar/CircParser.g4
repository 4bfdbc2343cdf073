// CircParser.g4 - The grammar of circ.
//
// Precedence, tightest first: call, index and field; ^ (right); unary - !;
// @; * / %; + -; comparisons; &&; ||. See docs/language.md.

parser grammar CircParser;

options { tokenVocab = CircLexer; }

module: sep? (item sep?)* EOF;

sep: (NEWLINE | SEMICOLON)+;

item
    : IMPORT STRING                                            # importItem
    | CONST name (COLON type)? ASSIGN expr                     # constItem
    | STRUCT name LBRACE sep? (field ((COMMA | sep)+ field)* (COMMA | sep)*)? RBRACE # structItem
    | CIRCUIT name LPAREN parameters? RPAREN results? (block | ASSIGN expr) # circuitItem
    | EXTERN GATE name LPAREN parameters? RPAREN results?      # externItem
    | GATE name LPAREN parameters? RPAREN results? LBRACE sep? (gatePart sep?)* RBRACE # gateItem
    ;

gatePart
    : FORWARD block
    | BACKWARD LPAREN names? RPAREN block
    | TANGENT LPAREN names? RPAREN block
    ;

names: name (COMMA name)* COMMA?;
field: name COLON type;
parameters: parameter (COMMA parameter)* COMMA?;
parameter: CONST? name (COLON type)? (ASSIGN expr)?;
results: ARROW (type | LPAREN result (COMMA result)* COMMA? RPAREN);
result: (name COLON)? type;
type: name (LBRACKET expr (COMMA expr)* COMMA? RBRACKET)?;

// A statement, or in value position an expression as the last one. The layout
// filter writes the line end before the `}` and tells an `if` that begins a
// statement from one in an expression, so that one token decides everywhere.
block: LBRACE sep? (compound sep? | simple sep)* RBRACE;

compound
    : (STATEMENT_IF | IF) expr block (ELSE (block | elseIf=compound))? # ifStatement
    | FOR name IN range block                                  # forStatement
    | WHILE expr block                                         # whileStatement
    | AT name sep? compound                                    # annotated
    ;

simple
    : (LET | VAR) (name | LPAREN names RPAREN) (COLON type)? ASSIGN expr # letStatement
    | BREAK                                                    # breakStatement
    | CONTINUE                                                 # continueStatement
    | RETURN (expr (COMMA expr)*)?                             # returnStatement
    | ASSERT expr (COMMA STRING)?                              # assertStatement
    | PRINT LPAREN (expr (COMMA expr)* COMMA?)? RPAREN         # printStatement
    | expr (op=(ASSIGN | PLUS_ASSIGN | MINUS_ASSIGN | TIMES_ASSIGN | DIVIDE_ASSIGN) expr)? # expressionStatement
    ;

range: expr DOTDOT expr (BY expr)?;

expr
    : expr LPAREN arguments? (SEMICOLON directions)? RPAREN    # callExpr
    | expr LBRACKET subscripts RBRACKET                        # indexExpr
    | expr DOT name                                            # fieldExpr
    | <assoc=right> expr op=CARET expr                         # binaryExpr
    | op=(MINUS | NOT) expr                                    # unaryExpr
    | expr op=AT expr                                          # binaryExpr
    | expr op=(TIMES | DIVIDE | PERCENT) expr                  # binaryExpr
    | expr op=(PLUS | MINUS) expr                              # binaryExpr
    | expr op=(EQUAL | NOT_EQUAL | LESS | LESS_EQUAL | GREATER | GREATER_EQUAL) expr # binaryExpr
    | expr op=AND expr                                         # binaryExpr
    | expr op=OR expr                                          # binaryExpr
    | INTEGER                                                  # integerExpr
    | FLOAT                                                    # floatExpr
    | (TRUE | FALSE)                                           # boolExpr
    | name LBRACE sep? fieldValue ((COMMA | sep)+ fieldValue)* (COMMA | sep)* RBRACE # structExpr
    | name                                                     # nameExpr
    | LPAREN expr (COMMA expr)* COMMA? RPAREN                  # parenExpr
    | LBRACKET (expr (clauses (IF expr)? | (COMMA expr)* COMMA?))? RBRACKET # arrayExpr
    | choice                                                   # ifExpr
    | block                                                    # blockExpr
    ;

choice: IF expr block ELSE (block | choice);
fieldValue: name COLON expr;
arguments: argument (clauses (IF expr)? COMMA? | (COMMA argument)* COMMA?);
argument: (name ASSIGN)? expr;
directions: expr (COMMA expr)* COMMA?;
clauses: FOR clause (COMMA clause)*;
clause: name (IN range)?;
subscripts: subscript (COMMA subscript)* COMMA?;
subscript: COLON | DOTDOT expr? | expr (DOTDOT expr?)?;

name: NAME | BY | FORWARD | BACKWARD | TANGENT;
