//===- Completion.cpp - Completion of words for shells --------------------===//

#include "tools/circ/CommandLine.h"

#include <algorithm>

namespace circ::tool {

std::vector<const CLI::App *> supportedCommands(const CLI::App &app) {
  return app.get_subcommands([](const CLI::App *command) {
    return command->get_group() != "Not supported yet" && !command->get_group().empty();
  });
}

std::vector<const CLI::Option *> supportedOptions(const CLI::App &command) {
  return command.get_options([](const CLI::Option *option) {
    return option->nonpositional() && option->get_group() != "Not supported yet";
  });
}

bool takesValue(const CLI::Option &option) { return option.get_items_expected_max() > 0; }

std::vector<std::string> spellings(const CLI::Option &option) {
  std::vector<std::string> names;
  for (const std::string &name : option.get_snames())
    names.push_back("-" + name);
  for (const std::string &name : option.get_lnames())
    names.push_back("--" + name);
  return names;
}

/// The values of an option or argument that takes one of a few words. CLI11
/// tells them only within the name of the type: "TEXT:{reverse,forward}".
static std::vector<std::string> choices(const CLI::Option &option) {
  std::string type = option.get_type_name();
  size_t begin = type.find('{'), end = type.rfind('}');
  if (begin == std::string::npos || end == std::string::npos)
    return {};
  return CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
}

static std::string join(const std::vector<std::string> &words) {
  return CLI::detail::join(words, " ");
}

/// The words for the arguments that are told by position; none for files.
static std::vector<std::string> positionalChoices(const CLI::App &command) {
  for (const CLI::Option *option : command.get_options())
    if (option->get_positional() && !choices(*option).empty())
      return choices(*option);
  return {};
}

/// Text between single quotes, with more characters escaped by a backslash.
static std::string quoted(const std::string &text, const std::string &escaped = "") {
  std::string made = "'";
  for (char c : text) {
    if (escaped.find(c) != std::string::npos)
      made += '\\';
    made += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return made + "'";
}

//===----------------------------------------------------------------------===//
// bash
//===----------------------------------------------------------------------===//

static std::string bashScript(const CLI::App &app) {
  std::vector<std::string> names;
  std::string cases;
  for (const CLI::App *command : supportedCommands(app)) {
    std::vector<std::string> words;
    std::string values;
    for (const CLI::Option *option : supportedOptions(*command)) {
      std::vector<std::string> spelt = spellings(*option);
      words.insert(words.end(), spelt.begin(), spelt.end());
      if (!choices(*option).empty())
        values += "        " + CLI::detail::join(spelt, "|") +
                  ") words=" + quoted(join(choices(*option))) + " ;;\n";
    }
    names.push_back(command->get_name());
    cases += "    " + command->get_name() + ")\n      options=" + quoted(join(words)) +
             "\n      words=" + quoted(join(positionalChoices(*command))) + "\n";
    if (!values.empty())
      cases += "      case $previous in\n" + values + "      esac\n";
    cases += "      ;;\n";
  }
  return R"(# Completion of circ for bash; made by `circ completion bash`.
_circ() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} options= words=
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W ')" +
         join(names) + R"( --help --version' -- "$current"))
    return
  fi
  case ${COMP_WORDS[1]} in
)" + cases +
         R"(  esac
  if [ -n "$words" ] && [[ $current != -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "${current#=}"))
  fi
}
complete -F _circ circ
)";
}

//===----------------------------------------------------------------------===//
// zsh
//===----------------------------------------------------------------------===//

/// "'--mode[reverse or forward]:value:(reverse forward)'" for `_arguments`.
static std::string zshOptions(const CLI::App &command) {
  std::string text;
  for (const CLI::Option *option : supportedOptions(command))
    for (const std::string &name : spellings(*option)) {
      std::string spec = "*" + name + "[" + option->get_description() + "]";
      std::string escaped = quoted(spec, ":");
      // Only the description may hold brackets that are none of ours.
      if (takesValue(*option)) {
        escaped.pop_back();
        std::vector<std::string> words = choices(*option);
        escaped += words.empty() ? ":value:_files'" : ":value:(" + join(words) + ")'";
      }
      text += "        " + escaped + " \\\n";
    }
  std::vector<std::string> words = positionalChoices(command);
  return text + "        " + (words.empty() ? "'*:file:_files'" : "'*:word:(" + join(words) + ")'");
}

static std::string zshScript(const CLI::App &app) {
  std::string commands, cases;
  for (const CLI::App *command : supportedCommands(app)) {
    commands += "    " + quoted(command->get_name() + ":" + command->get_description()) + "\n";
    cases += "    " + command->get_name() + ")\n      _arguments -s \\\n" + zshOptions(*command) +
             "\n      ;;\n";
  }
  return "#compdef circ\n# Completion of circ for zsh; made by `circ completion zsh`.\n_circ() {\n"
         "  local -a commands\n  commands=(\n" +
         commands +
         "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
         "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $command in\n" +
         cases +
         "  esac\n}\nif [ \"$funcstack[1]\" = _circ ]; then _circ \"$@\"; else compdef _circ "
         "circ; fi\n";
}

//===----------------------------------------------------------------------===//
// fish
//===----------------------------------------------------------------------===//

static std::string fishScript(const CLI::App &app) {
  std::string text = "# Completion of circ for fish; made by `circ completion fish`.\n";
  for (const CLI::App *command : supportedCommands(app)) {
    text += "complete -c circ -n __fish_use_subcommand -f -a " + command->get_name() + " -d " +
            quoted(command->get_description()) + "\n";
    std::string start = "complete -c circ -n '__fish_seen_subcommand_from " + command->get_name();
    start += "'";
    for (const CLI::Option *option : supportedOptions(*command)) {
      text += start;
      for (const std::string &name : option->get_snames())
        text += " -s " + name;
      for (const std::string &name : option->get_lnames())
        text += " -l " + name;
      if (takesValue(*option))
        text += choices(*option).empty() ? " -r" : " -x -a " + quoted(join(choices(*option)));
      text += " -d " + quoted(option->get_description()) + "\n";
    }
    if (std::vector<std::string> words = positionalChoices(*command); !words.empty())
      text += start + " -f -a " + quoted(join(words)) + "\n";
  }
  return text;
}

std::string completionScript(const CLI::App &app, const std::string &shell) {
  return shell == "bash" ? bashScript(app) : shell == "zsh" ? zshScript(app) : fishScript(app);
}

} // namespace circ::tool
