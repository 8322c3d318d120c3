/** Entry of the page. */

import '@fontsource/lora/latin-500.css';
import '@fontsource/lora/latin-500-italic.css';
import '@fontsource/lora/latin-700.css';
import '@fontsource/nunito/latin-400.css';
import '@fontsource/nunito/latin-600.css';
import '@fontsource/nunito/latin-800.css';
import '@fontsource/opendyslexic/latin-400.css';
import '@fontsource/opendyslexic/latin-400-italic.css';
import '@fontsource/opendyslexic/latin-700.css';
import './lib/theme/tokens.css';
import './lib/theme/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { watchCompositions } from './lib/composing';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
watchCompositions(document);
mount(App, { target });
