const words = (text: string): readonly string[] => text.trim().split(/\s+/);

export const adverbs = words(`
  ably aptly barely boldly bravely briefly calmly clearly closely deeply duly early evenly fairly firmly freely freshly
  fully gently gladly greatly happily highly justly keenly kindly largely lightly likely loosely loudly lovingly mainly
  mildly mostly nearly neatly newly nicely openly partly plainly politely promptly properly quickly quietly rarely
  readily really richly rightly safely sharply slowly smoothly softly solely stably steadily surely swiftly truly warmly
`);

export const adjectives = words(`
  able agile alert amber ample apt avid bold brave brief bright brisk busy calm careful clean clear clever cosy crisp
  curious daring deft eager easy exact fair fast firm fleet fond frank free fresh gentle glad golden good grand happy
  hardy humble jolly keen kind lively loyal lucky merry mild modest neat nimble noble open patient placid polite proud
  quick quiet rapid ready sharp shining smart snug solid steady sturdy subtle sunny swift tidy true upright vivid warm
`);

export const animals = words(`
  alpaca ant ape badger bat bear beaver bee bison boar bonobo buffalo camel cat cheetah chough cobra cod condor coyote
  crab crane cricket crow deer dingo dog dolphin dove duck eagle eel egret elk emu falcon ferret finch fish fox frog
  gecko gibbon gnu goat goose grouse gull hare hawk hen heron herring hornet horse ibex ibis iguana impala jackal jay
  kiwi koala lark lemur lion lizard llama lobster lynx magpie mallard marten mole moose moth mouse newt ocelot octopus
  orca oryx osprey otter owl ox panda parrot pony puffin puma quail rabbit raccoon ram raven robin salmon seal shark
  sheep shrew skunk sloth snail sparrow squid stoat stork swan tapir tiger toad trout turtle viper walrus wasp weasel
  whale wolf wombat wren yak zebra
`);
