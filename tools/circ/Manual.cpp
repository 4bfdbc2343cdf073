//===- Manual.cpp - The manual page ---------------------------------------===//

#include "tools/circ/CommandLine.h"

#include <cctype>

namespace circ::tool {

/// Text for roff: backslashes, hyphens that are minus signs, and lines that
/// begin as a request does.
static std::string escaped(const std::string &text) {
  std::string made;
  for (char c : text) {
    if (c == '\\')
      made += "\\e";
    else if (c == '-')
      made += "\\-";
    else if (c == '\n')
      made += "\n.br\n";
    else
      made += (c == '.' || c == '\'') && (made.empty() || made.back() == '\n')
                  ? "\\&" + std::string(1, c)
                  : std::string(1, c);
  }
  return made;
}

/// "FILE": what stands for an argument that is told by position.
static std::string placeholder(const CLI::Option &option) {
  std::string text = option.get_name(/*positional=*/true);
  for (char &c : text)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// A line that is printed as it stands.
static std::string example(const std::string &footer) {
  size_t at = footer.find("Example:\n  ");
  if (at == std::string::npos)
    return "";
  return ".PP\nExample:\n.PP\n.RS\n.nf\n" + escaped(footer.substr(at + 11)) + "\n.fi\n.RE\n";
}

static std::string optionEntry(const CLI::Option &option) {
  std::string names = CLI::detail::join(spellings(option), ", ");
  std::string text = ".TP\n.B " + escaped(names) + "\n";
  return text + escaped(option.get_description()) + "\n";
}

std::string manualPage(const CLI::App &app) {
  std::string text = ".TH CIRC 1 \"\" \"circ " CIRC_VERSION "\" \"User Commands\"\n.SH NAME\n"
                     "circ \\- compile, run and differentiate circuits\n.SH SYNOPSIS\n"
                     ".B circ\n.I COMMAND\n[\\fIOPTION\\fR ...] [\\fIARGUMENT\\fR ...]\n"
                     ".SH DESCRIPTION\ncirc compiles differentiable circuits, runs them, and gives "
                     "their exact derivatives.\n.SH COMMANDS\n";
  for (const CLI::App *command : supportedCommands(app)) {
    text += ".SS circ " + command->get_name();
    for (const CLI::Option *option : command->get_options())
      if (option->get_positional())
        text += " \\fI" + escaped(placeholder(*option)) + "\\fR";
    text += "\n" + escaped(command->get_description()) + "\n";
    for (const CLI::Option *option : command->get_options())
      if (option->get_positional())
        text += ".TP\n.I " + escaped(placeholder(*option)) + "\n" +
                escaped(option->get_description()) + "\n";
    for (const CLI::Option *option : supportedOptions(*command))
      text += optionEntry(*option);
    text += example(command->get_footer());
  }
  text += ".SH EXIT STATUS\n.TP\n.B 0\nRight.\n.TP\n.B 1\nThe program or its arguments are wrong.\n"
          ".TP\n.B 2\nUnknown command or option.\n.TP\n.B 3\nA run\\-time error.\n";
  return text + ".SH EXAMPLE\n.nf\n" + escaped("circ grad f.circ x=-2 y=5 z=-4") + "\n.fi\n";
}

} // namespace circ::tool
